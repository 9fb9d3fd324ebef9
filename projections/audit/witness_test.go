package audit

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

// witnessing has a real witness see a history grow, and another come under its
// name.
func witnessing(t *testing.T, k *Key, policy *Policy) {
	t.Helper()
	ctx, now := context.Background(), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	tree := open(t, dir, k)
	witnesses := func(tree *Tree) *Witnesses {
		w, err := NewWitnesses(tree, policy, http.DefaultClient)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	w := witnesses(tree)
	for _, n := range []uint64{1, 2, 300, 1000} {
		fill(t, tree, n)
		if err := w.Ask(ctx, now); err != nil {
			t.Fatal(err)
		}
		s := w.Standings()[0]
		if s.Size != n || s.Refused != nil || s.Unreached != "" || len(w.Alarms(now)) > 0 {
			t.Fatalf("at %d it stands at %+v", n, s)
		}
		proof, err := tree.Prover().Prove(n)
		if err != nil {
			t.Fatal(err)
		}
		c, err := VerifyProof(policy, LeafOf(k.History(), event(n)), proof) // its quorum is the witness
		if err != nil || len(c.Cosigned) != 1 || time.Since(c.Cosigned[0].Time) > time.Hour {
			t.Errorf("at %d the proof says %+v, %v", n, c.Cosigned, err)
		}
		w = witnesses(tree) // as after a restart
	}
	if r, err := Verify(dir, policy, history(1000)); err != nil || !r.OK() || r.Cosigned.Size != 1000 || len(r.Cosigned.Cosigned) != 1 {
		t.Errorf("the cosigned tree: %+v, %v", r, err)
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	t.Run("what we forgot, the witness knows", func(t *testing.T) {
		tree := open(t, t.TempDir(), k)
		defer tree.Close()
		fill(t, tree, 1001)
		w := witnesses(tree)
		if err := w.Ask(ctx, now); err != nil || w.Standings()[0].Size != 1001 {
			t.Errorf("it stands at %+v, %v", w.Standings()[0], err)
		}
	})
	t.Run("a history that was rewritten and signed anew is refused", func(t *testing.T) {
		tree := open(t, t.TempDir(), k)
		defer tree.Close()
		for e := range changed(2000, []uint64{5}, nil)(0) {
			if err := tree.Append(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := tree.Flush(); err != nil {
			t.Fatal(err)
		}
		w := witnesses(tree)
		for range 2 { // and stays so after a restart
			alarms(t, w, now, WitnessRefused)
			w = witnesses(tree)
			if list := w.Alarms(now); len(list) != 1 {
				t.Errorf("after a restart nothing is said: %v", list)
			}
		}
	})
	t.Run("the auditor is shown that it was refused", func(t *testing.T) {
		dir := t.TempDir()
		tree := open(t, dir, k)
		for e := range changed(2000, []uint64{5}, nil)(0) {
			if err := tree.Append(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := tree.Flush(); err != nil {
			t.Fatal(err)
		}
		alarms(t, witnesses(tree), now, WitnessRefused)
		if err := tree.Close(); err != nil {
			t.Fatal(err)
		}
		logs, err := PolicyOf(k.Public())
		if err != nil {
			t.Fatal(err)
		}
		r, err := Verify(dir, logs, changed(2000, []uint64{5}, nil))
		if err != nil || len(r.Alarms) != 1 || r.Alarms[0].Code != WitnessRefused || r.OK() {
			t.Errorf("of the folder: %+v, %v", r, err)
		}
		if r := verifyBundle(t, bundleOf(t, dir, k, 5), logs); len(r.Alarms) != 1 || r.Alarms[0].Code != WitnessRefused {
			t.Errorf("of the bundle: %+v", r)
		}
	})
	t.Run("a history that was cut and signed anew is refused", func(t *testing.T) {
		tree := open(t, t.TempDir(), k)
		defer tree.Close()
		fill(t, tree, 500)
		alarms(t, witnesses(tree), now, WitnessAhead)
	})
}

// alarms asks, and wants an alarm of this code.
func alarms(t *testing.T, w *Witnesses, now time.Time, code string) {
	t.Helper()
	if err := w.Ask(context.Background(), now); err != nil {
		t.Fatal(err)
	}
	list := w.Alarms(now)
	if len(list) != 1 || list[0].Code != code || list[0].Witness == "" {
		t.Errorf("the alarms are %v", list)
	}
	if _, err := w.tree.dir.read(cosignedFile); err == nil {
		t.Error("something is cosigned")
	}
}

func TestAWitnessThatIsSilentForADayIsAnAlarm(t *testing.T) {
	k := key(t)
	other := key(t)
	public, err := publicKey(other.Public(), algEd25519)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := ParsePolicy([]byte("log " + k.Public() + "\nwitness silent " + vkeyOf("silent.test", public) + " http://127.0.0.1:1\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	tree := open(t, dir, k)
	defer tree.Close()
	w, err := NewWitnesses(tree, policy, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	ask := func(now time.Time) {
		if err := w.Ask(context.Background(), now); err != nil {
			t.Fatal(err)
		}
	}
	ask(first) // there is nothing to cosign yet
	if list := w.Alarms(first.Add(72 * time.Hour)); len(list) > 0 {
		t.Errorf("it is behind nothing: %v", list)
	}
	fill(t, tree, 3)
	ask(first.Add(time.Hour))
	if w, err = NewWitnesses(tree, policy, nil); err != nil { // a restart doesn't begin the day anew
		t.Fatal(err)
	}
	ask(first.Add(20 * time.Hour))
	if list := w.Alarms(first.Add(25 * time.Hour)); len(list) > 0 {
		t.Errorf("within a day: %v", list)
	}
	if s := w.Standings()[0]; s.Unreached == "" {
		t.Errorf("it says nothing of why: %+v", s)
	}
	list := w.Alarms(first.Add(26 * time.Hour))
	if len(list) != 1 || list[0].Code != WitnessBehind || list[0].Witness != "silent.test" {
		t.Errorf("after a day: %v", list)
	}
	if err := tree.Append(event(4)); err != nil { // the tree goes on
		t.Error(err)
	}
	if errors.Is(tree.Flush(), ErrUnverified) {
		t.Error("it doesn't")
	}
}
