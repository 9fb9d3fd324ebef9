package events

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
)

// TestCloudEvents has the CloudEvents project's own library read every golden
// line, so that any tool of that world can read an export.
func TestCloudEvents(t *testing.T) {
	for _, e := range samples() {
		t.Run(string(KindOf(e)), func(t *testing.T) {
			line := golden(t, e)
			want := recorded(e)
			var got event.Event
			if err := json.Unmarshal(line, &got); err != nil {
				t.Fatal(err)
			}
			if err := got.Validate(); err != nil {
				t.Error(err)
			}
			for name, pair := range map[string][2]string{
				"specversion":     {got.SpecVersion(), "1.0"},
				"id":              {got.ID(), want.ID},
				"source":          {got.Source(), "/kolmikko"},
				"type":            {got.Type(), string(KindOf(e))},
				"subject":         {got.Subject(), want.Subject()},
				"time":            {got.Time().Format(time.RFC3339Nano), want.At.Format(time.RFC3339Nano)},
				"datacontenttype": {got.DataContentType(), "application/json"},
				"dataschema":      {got.DataSchema(), ""},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
				}
			}
			extensions := map[string]any{
				"by": string(want.By), "programme": string(want.Programme), "cohort": string(want.Cohort),
				"correlation": want.Correlation,
			}
			if len(got.Extensions()) != len(extensions) {
				t.Errorf("extensions %v, want %v", got.Extensions(), extensions)
			}
			for name, value := range extensions {
				if got.Extensions()[name] != value {
					t.Errorf("extension %s is %v, want %v", name, got.Extensions()[name], value)
				}
			}
			data, err := encodeData(e)
			if err != nil || !bytes.Equal(got.Data(), data) {
				t.Errorf("data is %s, %v; want %s", got.Data(), err, data)
			}
		})
	}
}
