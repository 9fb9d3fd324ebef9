package audit

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Witnesses asks the witnesses of a policy to cosign the tree. Whatever they do,
// the tree goes on.
type Witnesses struct {
	tree   *Tree
	policy *Policy
	client *http.Client

	asking sync.Mutex // held while they are asked; taken before mu
	mu     sync.Mutex // owns the standings
	list   []standing
}

// A standing is one with what is needed to ask.
type standing struct {
	Standing
	of       Witness
	cosigner *cosigner
}

// NewWitnesses takes the witnesses of a policy that have a URL, and how they
// stood when the process stopped. The client may be nil.
func NewWitnesses(t *Tree, p *Policy, client *http.Client) (*Witnesses, error) {
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	w := &Witnesses{tree: t, policy: p, client: client}
	for _, of := range p.Witnesses() {
		if of.URL == "" {
			continue
		}
		c, err := newCosigner(of.Key)
		if err != nil {
			return nil, err
		}
		s := standing{Standing: Standing{Witness: c.name}, of: of, cosigner: c}
		if b, err := t.dir.read(s.file()); !errors.Is(err, fs.ErrNotExist) {
			if err == nil {
				err = json.Unmarshal(b, &s.Standing)
			}
			if err != nil {
				return nil, fmt.Errorf("read how witness %s stands: %w", of.Name, err)
			}
		}
		w.list = append(w.list, s)
	}
	return w, nil
}

func (s *standing) file() string { return fmt.Sprintf("%s/%08x.json", witnessFolder, s.cosigner.hash) }

// Standings returns how each stands, in the policy's order.
func (w *Witnesses) Standings() []Standing {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]Standing, len(w.list))
	for i := range w.list {
		list[i] = w.list[i].Standing
	}
	return list
}

// Alarms returns what of it an auditor must be shown.
func (w *Witnesses) Alarms(now time.Time) []*Alarm {
	var list []*Alarm
	for _, s := range w.Standings() {
		list = append(list, s.Alarms(now)...)
	}
	return list
}

// Follow asks again and again, until ctx is done.
func (w *Witnesses) Follow(ctx context.Context, every time.Duration) {
	for ticks := time.NewTicker(every); ; {
		_ = w.Ask(ctx, time.Now()) // what it is about stays in the standings, or is asked again
		select {
		case <-ctx.Done():
			ticks.Stop()
			return
		case <-ticks.C:
		}
	}
}

// Ask gives each witness the newest checkpoint, unless it has cosigned it, and
// keeps what they answer. The error is of the disk; what a witness does is in the
// standings.
func (w *Witnesses) Ask(ctx context.Context, now time.Time) error {
	w.asking.Lock()
	defer w.asking.Unlock()
	c := w.tree.Checkpoint()
	if c.Size == 0 {
		return nil
	}
	w.mu.Lock()
	list := slices.Clone(w.list)
	w.mu.Unlock()
	var files []file
	var lines []string
	for i := range list {
		s := &list[i]
		if s.Size != c.Size || s.Refused != nil {
			before := s.Standing
			w.ask(ctx, s, c, now)
			if s.Standing != before {
				b, err := json.Marshal(s.Standing)
				if err != nil {
					return fmt.Errorf("keep how a witness stands: %w", err)
				}
				files = append(files, file{s.file(), append(b, '\n')})
			}
		}
		if s.Size == c.Size && s.Refused == nil {
			lines = append(lines, s.line)
		}
	}
	files = append(files, w.cosigned(c, lines)...)
	w.mu.Lock()
	w.list = list
	w.mu.Unlock()
	if len(files) == 0 {
		return nil
	}
	w.tree.flushing.Lock()
	defer w.tree.flushing.Unlock()
	if err := w.tree.files.write(files); err != nil {
		return fmt.Errorf("keep what witnesses cosigned: %w", err)
	}
	return nil
}

// cosigned adds signature lines to a checkpoint, where it was kept, and makes it
// the one that proofs are against if that is what the policy asks.
func (w *Witnesses) cosigned(c Checkpoint, lines []string) []file {
	signed, err := w.tree.dir.read(keptPath(c.Size)) // others may have cosigned it before
	if err != nil {
		signed = c.Signed
	}
	before := len(signed)
	for _, line := range lines {
		if !bytes.Contains(signed, []byte(line)) {
			signed = append(signed, line...)
		}
	}
	if len(signed) == before {
		return nil
	}
	files := []file{{keptPath(c.Size), signed}}
	if _, err := w.policy.Open(signed); err == nil {
		files = append(files, file{cosignedFile, signed})
	}
	return files
}

// ask asks one witness and takes its answer into its standing.
func (w *Witnesses) ask(ctx context.Context, s *standing, c Checkpoint, now time.Time) {
	if s.Waiting.IsZero() {
		s.Waiting = now.UTC()
	}
	line, at, err := w.cosign(ctx, s, c)
	s.Unreached = ""
	switch alarm, refused := errors.AsType[*Alarm](err); {
	case refused:
		s.Refused = alarm
	case err != nil:
		s.Unreached = err.Error()
	default:
		s.Size, s.CosignedAt, s.Waiting, s.Refused, s.line = c.Size, at, time.Time{}, nil, line
	}
}

// cosign gets a witness' signature line of a checkpoint. It may know of another
// size than we last heard of, and says so once.
func (w *Witnesses) cosign(ctx context.Context, s *standing, c Checkpoint) (line string, at time.Time, err error) {
	old := s.Size
	for range 3 { // it may be asked by others of the same log meanwhile
		if old > c.Size && old <= w.tree.Checkpoint().Size {
			return "", time.Time{}, fmt.Errorf("witness %s was given a newer checkpoint by another", s.Witness)
		}
		if old > c.Size {
			return "", time.Time{}, &Alarm{Code: WitnessAhead, Witness: s.Witness, Size: c.Size,
				Why: fmt.Sprintf("it has cosigned %d events", old)}
		}
		status, body, err := w.post(ctx, s, c, old)
		if err != nil {
			return "", time.Time{}, err
		}
		switch status {
		case http.StatusOK:
			return s.cosigner.find(c, body)
		case http.StatusConflict:
			if old, err = strconv.ParseUint(strings.TrimSuffix(string(body), "\n"), 10, 63); err != nil {
				return "", time.Time{}, fmt.Errorf("witness %s answers a conflict without a size: %w", s.Witness, ErrMalformed)
			}
		case http.StatusUnprocessableEntity: // its proof, made from our tree, does not lead from what it saw
			return "", time.Time{}, &Alarm{Code: WitnessRefused, Witness: s.Witness, Size: c.Size,
				Why: fmt.Sprintf("the %d events that it cosigned did not become these", old)}
		default:
			return "", time.Time{}, fmt.Errorf("witness %s answers with status %d", s.Witness, status)
		}
	}
	return "", time.Time{}, fmt.Errorf("witness %s says another size each time", s.Witness)
}

// post sends an add-checkpoint, as tlog-witness has it.
func (w *Witnesses) post(ctx context.Context, s *standing, c Checkpoint, old uint64) (int, []byte, error) {
	proof, err := w.tree.Prover().Consistency(c, old)
	if err != nil {
		return 0, nil, err
	}
	b := fmt.Appendf(nil, "old %d\n", old)
	for _, h := range proof {
		b = append(base64.StdEncoding.AppendEncode(b, h[:]), '\n')
	}
	b = append(append(b, '\n'), c.Signed...)
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(s.of.URL, "/")+"/add-checkpoint", bytes.NewReader(b))
	if err != nil {
		return 0, nil, fmt.Errorf("ask witness %s: %w", s.Witness, err)
	}
	a, err := w.client.Do(q)
	if err != nil {
		return 0, nil, fmt.Errorf("ask witness %s: %w", s.Witness, err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, 1<<16))
	if err != nil {
		return 0, nil, fmt.Errorf("ask witness %s: %w", s.Witness, err)
	}
	return a.StatusCode, body, nil
}

// find finds the witness' own cosignature among lines that it answered.
func (c *cosigner) find(of Checkpoint, lines []byte) (line string, at time.Time, err error) {
	n, err := note.Open(append(slices.Clone(of.Signed), lines...), note.VerifierList(c))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("the cosignature of witness %s: %w: %w", c.name, ErrUnverified, err)
	}
	at, ok := cosignedAt(n.Sigs[0])
	if !ok || at.Unix() <= 0 {
		return "", time.Time{}, fmt.Errorf("the time of the cosignature of witness %s: %w", c.name, ErrMalformed)
	}
	return "— " + n.Sigs[0].Name + " " + n.Sigs[0].Base64 + "\n", at, nil
}
