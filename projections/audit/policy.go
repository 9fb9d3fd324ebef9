package audit

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A Policy says whose signatures a checkpoint needs: any of its logs, and a
// quorum of its witnesses. It is what an auditor trusts; the rest is computed.
type Policy struct {
	logs      map[string]bool // by name and id
	witnesses map[string]bool
	known     map[string]note.Verifier
	quorum    func(signed map[string]bool) bool // nil: no witness is needed
	list      []Witness
}

// A Witness is somebody else who sees the tree grow, and cosigns it as long as it
// does nothing but grow.
type Witness struct {
	Name string // in the policy
	Key  string // public, as tlog-cosignature has it for Ed25519
	URL  string // the submission prefix; empty if it isn't asked by us
}

// Witnesses returns the witnesses of the policy, in its order.
func (p *Policy) Witnesses() []Witness { return p.list }

// PolicyOf trusts these public keys of logs, as [Key.Public] gives them, and
// needs no witness.
func PolicyOf(logs ...string) (*Policy, error) {
	var text strings.Builder
	for _, vkey := range logs {
		text.WriteString("log " + vkey + "\n")
	}
	return ParsePolicy([]byte(text.String() + "quorum none\n"))
}

// ParsePolicy reads a tlog-policy: lines log, witness, group and quorum.
func ParsePolicy(text []byte) (*Policy, error) {
	p := &policyParser{
		policy: &Policy{logs: map[string]bool{}, witnesses: map[string]bool{}, known: map[string]note.Verifier{}},
		named:  map[string]func(map[string]bool) bool{},
		used:   map[string]bool{},
		keys:   map[string]bool{},
	}
	for i, line := range strings.Split(string(text), "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := p.line(words); err != nil {
			return nil, fmt.Errorf("line %d of a policy: %w", i+1, err)
		}
	}
	if !p.quorum {
		return nil, fmt.Errorf("a policy without a quorum: %w", ErrMalformed)
	}
	return p.policy, nil
}

// A policyParser holds what the lines so far have named.
type policyParser struct {
	policy *Policy
	named  map[string]func(map[string]bool) bool // witnesses and groups
	used   map[string]bool                       // names that are in a group
	keys   map[string]bool                       // public keys that were given
	quorum bool
}

func (p *policyParser) line(words []string) error {
	switch n := len(words); {
	case words[0] == "log" && (n == 2 || n == 3):
		v, err := note.NewVerifier(words[1])
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		return p.add(v, words[1], algEd25519, p.policy.logs)
	case words[0] == "witness" && (n == 3 || n == 4):
		v, err := newCosigner(words[2])
		if err != nil {
			return err
		}
		id := signerID(v.Name(), v.KeyHash())
		if err := p.name(words[1], func(signed map[string]bool) bool { return signed[id] }); err != nil {
			return err
		}
		w := Witness{Name: words[1], Key: words[2]}
		if n == 4 {
			w.URL = words[3]
		}
		p.policy.list = append(p.policy.list, w)
		return p.add(v, words[2], algCosignature, p.policy.witnesses)
	case words[0] == "group" && n >= 4:
		return p.group(words[1], words[2], words[3:])
	case words[0] == "quorum" && n == 2 && !p.quorum:
		p.quorum = true
		if words[1] == "none" {
			return nil
		}
		p.policy.quorum = p.named[words[1]]
		if p.policy.quorum == nil {
			return fmt.Errorf("nothing is named %s: %w", words[1], ErrMalformed)
		}
		return nil
	}
	return fmt.Errorf("it says %s: %w", words[0], ErrMalformed)
}

// add takes in a key, once.
func (p *policyParser) add(v note.Verifier, vkey string, alg byte, to map[string]bool) error {
	key, err := publicKey(vkey, alg)
	if err != nil {
		return err
	}
	if p.keys[string(key)] {
		return fmt.Errorf("a key is given twice: %w", ErrMalformed)
	}
	id := signerID(v.Name(), v.KeyHash())
	p.keys[string(key)], p.policy.known[id], to[id] = true, v, true
	return nil
}

// name takes in a witness or a group, which share their names.
func (p *policyParser) name(name string, fulfilled func(map[string]bool) bool) error {
	if name == "none" || p.named[name] != nil {
		return fmt.Errorf("%s is named twice: %w", name, ErrMalformed)
	}
	p.named[name] = fulfilled
	return nil
}

// group takes in a group: so many of its members, each of which is in no other,
// so that nobody counts twice.
func (p *policyParser) group(name, atLeast string, members []string) error {
	k, err := strconv.Atoi(atLeast)
	switch {
	case atLeast == "all":
		k = len(members)
	case atLeast == "any":
		k = 1
	case err != nil || k < 1 || k > len(members):
		return fmt.Errorf("a group of %s: %w", atLeast, ErrMalformed)
	}
	var of []func(map[string]bool) bool
	for _, m := range members {
		if p.named[m] == nil || p.used[m] {
			return fmt.Errorf("%s is not named or in two groups: %w", m, ErrMalformed)
		}
		p.used[m] = true
		of = append(of, p.named[m])
	}
	return p.name(name, func(signed map[string]bool) bool {
		n := 0
		for _, fulfilled := range of {
			if fulfilled(signed) {
				n++
			}
		}
		return n >= k
	})
}

// signerID is what signed-note tells a key by.
func signerID(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }

// logsOnly trusts the same logs without any witness.
func (p *Policy) logsOnly() *Policy {
	q := *p
	q.quorum = nil
	return &q
}

// Verifier gives the key of a name and id to [note.Open].
func (p *Policy) Verifier(name string, hash uint32) (note.Verifier, error) {
	if v := p.known[signerID(name, hash)]; v != nil {
		return v, nil
	}
	return nil, &note.UnknownVerifierError{Name: name, KeyHash: hash}
}

func (p *Policy) isWitness(name string, hash uint32) bool { return p.witnesses[signerID(name, hash)] }

// check reports whether these signatures, which hold, are those that the policy
// asks for. A log signs only what is under its own name.
func (p *Policy) check(origin string, sigs []note.Signature) error {
	log, signed := false, map[string]bool{}
	for _, s := range sigs {
		id := signerID(s.Name, s.Hash)
		signed[id] = true
		log = log || p.logs[id] && s.Name == origin
	}
	if !log {
		return fmt.Errorf("no known log of the name %s has signed it: %w", origin, ErrUnverified)
	}
	if p.quorum != nil && !p.quorum(signed) {
		return fmt.Errorf("too few witnesses have cosigned it: %w", ErrUnverified)
	}
	return nil
}
