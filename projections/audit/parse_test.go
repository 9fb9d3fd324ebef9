package audit

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func TestLeaf(t *testing.T) {
	l := LeafOf("4f1d0c", Event{Place: 12, Subject: "history.p.c.triad-formed", Line: []byte("abc")})
	const want = "kolmikko/event/v1\nhistory 4f1d0c\nplace 12\nsubject history.p.c.triad-formed\n" +
		"data ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3\n"
	if got := string(l.Append(nil)); got != want {
		t.Errorf("its text is %q", got)
	}
	if got, err := ParseLeaf([]byte(want)); err != nil || got != l {
		t.Errorf("it is read as %v, %v", got, err)
	}
	if l.Hash() != tlog.RecordHash([]byte(want)) {
		t.Error("its hash is not that of RFC 6962")
	}
	for name, bad := range map[string]string{
		"no newline":          want[:len(want)-1],
		"another line":        want + "more\n",
		"another version":     strings.Replace(want, "v1", "v2", 1),
		"place 0":             strings.Replace(want, "place 12", "place 0", 1),
		"a place with zeroes": strings.Replace(want, "place 12", "place 012", 1),
		"capital hex":         strings.Replace(want, "ba78", "BA78", 1),
		"no length":           strings.Replace(want, " 3\n", "\n", 1),
		"a negative length":   strings.Replace(want, " 3\n", " -3\n", 1),
		"a space":             strings.Replace(want, "history.p", "history p", 1),
	} {
		if _, err := ParseLeaf([]byte(bad)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add(LeafOf("4f1d0c", event(12)).Append(nil))
	f.Fuzz(func(t *testing.T, text []byte) {
		if l, err := ParseLeaf(text); err == nil && !bytes.Equal(l.Append(nil), text) {
			t.Errorf("%q is read as %q", text, l.Append(nil))
		}
	})
}

func FuzzParseTilePath(f *testing.F) {
	for _, t := range []tile{{0, 0, 256}, {entries, 1234067, 7}, {2, 999, 255}, {63, 1000, 256}} {
		f.Add(t.path())
	}
	f.Fuzz(func(t *testing.T, name string) {
		at, ok := parseTilePath(name)
		if ok && at.path() != name {
			t.Errorf("%q is read as %q", name, at.path())
		}
		// x/mod names tiles in the same way, but for where it has the height.
		theirs := "tile/8/" + strings.Replace(strings.TrimPrefix(name, "tile/"), "entries/", "data/", 1)
		want, err := tlog.ParseTilePath(theirs)
		if strings.HasPrefix(name, "tile/") && !strings.HasPrefix(name, "tile/data") && want.N < 1<<50 && ok != (err == nil && want.L < 64) {
			t.Errorf("%q: %v here, %v and %v there", name, ok, want, err)
		}
	})
}

func FuzzVerifyProof(f *testing.F) {
	k, err := NewKey("fuzz")
	if err != nil {
		f.Fatal(err)
	}
	tree := open(f, f.TempDir(), k)
	defer tree.Close()
	fill(f, tree, 300)
	leaf := LeafOf(k.History(), event(7))
	proof, err := tree.Prover().Prove(7)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(proof)
	f.Add(bytes.Replace(proof, []byte("index"), []byte("extra AAAA\nindex"), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := VerifyProof(tree.Policy(), leaf, b)
		if err == nil && (c.Size != 300 || c.Root != tree.Checkpoint().Root) {
			t.Errorf("it is against another checkpoint: %+v", c)
		}
	})
}

func FuzzPolicy(f *testing.F) {
	k, err := NewKey("fuzz")
	if err != nil {
		f.Fatal(err)
	}
	c, err := Checkpoint{Size: 3}.sign(k)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("log " + k.Public() + "\nquorum none\n")
	f.Add("# nobody\nquorum none")
	f.Add("witness a b c\ngroup g all a\nquorum g")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePolicy([]byte(text))
		if err != nil {
			return
		}
		if _, err := p.Open(c.Signed); err == nil && !strings.Contains(text, k.Public()) {
			t.Errorf("%q trusts a key that it doesn't name", text)
		}
	})
}

func TestPolicy(t *testing.T) {
	k := key(t)
	var sigs []note.Signature
	var text strings.Builder
	text.WriteString(" log\t" + k.Public() + " https://log.test/\n\n# three witnesses\n")
	v, err := note.NewVerifier(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	log := note.Signature{Name: v.Name(), Hash: v.KeyHash()}
	for _, name := range []string{"a", "b", "c"} {
		public, err := publicKey(key(t).Public(), algEd25519)
		if err != nil {
			t.Fatal(err)
		}
		vkey := vkeyOf(name+".test", public)
		w, err := newCosigner(vkey)
		if err != nil {
			t.Fatal(err)
		}
		sigs = append(sigs, note.Signature{Name: w.Name(), Hash: w.KeyHash()})
		text.WriteString("witness " + name + " " + vkey + "\n")
	}
	a, b, c := sigs[0], sigs[1], sigs[2]
	for _, q := range []struct {
		quorum string
		sigs   []note.Signature
		ok     bool
	}{
		{"quorum none", []note.Signature{log}, true},
		{"quorum none", []note.Signature{a, b, c}, false},
		{"quorum a", []note.Signature{log, a}, true},
		{"quorum a", []note.Signature{log, b, c}, false},
		{"group g any a b c\nquorum g", []note.Signature{log, c}, true},
		{"group g 2 a b c\nquorum g", []note.Signature{log, c, a}, true},
		{"group g 2 a b c\nquorum g", []note.Signature{log, c, c}, false},
		{"group g all a b\ngroup h any g c\nquorum h", []note.Signature{log, a}, false},
		{"group g all a b\ngroup h any g c\nquorum h", []note.Signature{log, a, b}, true},
	} {
		p, err := ParsePolicy([]byte(text.String() + q.quorum + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.check(v.Name(), q.sigs); (err == nil) != q.ok {
			t.Errorf("%q of %d: %v", q.quorum, len(q.sigs), err)
		}
		if p.check("kolmikko/other", q.sigs) == nil {
			t.Errorf("%q: a log signs under another name", q.quorum)
		}
	}
	for _, bad := range []string{"", "quorum d", "quorum none\nquorum none", "group g 4 a b c\nquorum g", "group g 0 a\nquorum g",
		"group g any a\ngroup h any a\nquorum h", "group none any a\nquorum none", "log " + k.Public() + "\nquorum none", "trust a\nquorum none"} {
		if _, err := ParsePolicy([]byte(text.String() + bad + "\n")); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestACosignatureHoldsForItsTimeAlone(t *testing.T) {
	secret, public := ed25519Key(t)
	vkey := vkeyOf("w.test", public)
	c, err := newCosigner(vkey)
	if err != nil {
		t.Fatal(err)
	}
	body := Checkpoint{Origin: "kolmikko/x", Size: 3}.body()
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	sig := cosign(secret, body, at)
	if !c.Verify([]byte(body), sig) {
		t.Error("it does not hold")
	}
	sig[7]++
	if c.Verify([]byte(body), sig) {
		t.Error("it holds for another second")
	}
	for _, bad := range []string{"", vkey[1:], vkey + "A", strings.Replace(vkey, "+", "+0", 1), "w.test+00000000+" + vkey[len("w.test+00000000+"):]} {
		if _, err := newCosigner(bad); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
