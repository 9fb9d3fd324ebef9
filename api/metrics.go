package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// metrics are what Prometheus sees.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	refusals *prometheus.CounterVec
}

// newMetrics returns the metrics of one server, in a registry of their own.
func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kolmikko_http_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kolmikko_http_request_seconds", Help: "How long requests took, by route.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)}, []string{"route"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kolmikko_refusals_total", Help: "Commands that a rule said no to, by rule."}, []string{"rule"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.refusals, gauges{s})
	return m
}

// showMetrics handles GET /metrics for whoever runs the installation, and
// nobody else: from counts by route and rule, others would learn when somebody
// raised a concern or answered a survey.
func (s *Server) showMetrics(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	if asker.Person != events.Operator {
		return programme.Refusal{Rule: programme.NotYours, Detail: "metrics are for whoever runs the installation: use a token of the operator"}
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	return nil
}

// count counts every request that h answers.
func (m *metrics) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(sw, r)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		m.requests.WithLabelValues(route, strconv.Itoa(sw.status)).Inc()
		m.seconds.WithLabelValues(route).Observe(time.Since(start).Seconds())
	})
}

// A statusWriter remembers the status that was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what w wraps.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// gauges are read when they are asked for.
type gauges struct{ s *Server }

var (
	headDesc     = prometheus.NewDesc("kolmikko_journal_place", "The journal's last place.", nil, nil)
	archivedDesc = prometheus.NewDesc("kolmikko_archive_place", "The last place that is in the archive, on disk.", nil, nil)
	viewDesc     = prometheus.NewDesc("kolmikko_view_place", "The last place that a view has taken in.", []string{"view"}, nil)
	lagDesc      = prometheus.NewDesc("kolmikko_view_lag", "How many events a view is behind the journal.", []string{"view"}, nil)
)

// Describe sends what there is to measure.
func (g gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{headDesc, archivedDesc, viewDesc, lagDesc} {
		to <- d
	}
}

// Collect sends what it measures now.
func (g gauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	h := g.s.Health(ctx)
	gauge := func(d *prometheus.Desc, v uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	gauge(headDesc, h.Head)
	gauge(archivedDesc, h.Archived)
	for _, v := range ViewStates(g.s.Views, h.Head) {
		gauge(viewDesc, v.Place, v.Name)
		gauge(lagDesc, v.Lag, v.Name)
	}
}
