package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/projections/audit"
)

// auditOptions are where the tree and its public key are.
type auditOptions struct {
	data, keys, vkey string
}

func newAudit() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "Checkpoints, proofs and verification of the history, without trusting whoever keeps it"}
	for _, sub := range []*cobra.Command{newCheckpoint(), newProve(), newVerify(), newBundle()} {
		c.AddCommand(sub)
	}
	return c
}

func (o *auditOptions) bind(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.data, "data", defaultData(), "folder of the house")
	f.StringVar(&o.keys, "keys", os.Getenv("KOLMIKKO_KEYS"), "folder of the house's secrets; the data folder's name with .keys behind it by default")
	f.StringVar(&o.vkey, "key", "", "public key to trust, as a bundle's log.vkey has it; that of --keys by default")
}

// policy returns whose signatures count: the policy file's if there is one, else
// the given or the house's own public key.
func (o *auditOptions) policy() (*audit.Policy, string, error) {
	keys := keysBeside(o.data, o.keys)
	vkey := o.vkey
	if vkey == "" {
		if _, err := os.Stat(filepath.Join(keys, auditKeyFile)); err != nil {
			return nil, "", fmt.Errorf("there is no key in %s: give the public one with --key", keys)
		}
		key, err := audit.LoadOrCreateKey(filepath.Join(keys, auditKeyFile))
		if err != nil {
			return nil, "", err
		}
		vkey = key.Public()
	}
	if text, err := os.ReadFile(filepath.Join(keys, policyFile)); err == nil {
		p, err := audit.ParsePolicy(text)
		return p, vkey, err
	}
	p, err := audit.PolicyOf(vkey)
	return p, vkey, err
}

func newCheckpoint() *cobra.Command {
	var o auditOptions
	var asJSON bool
	c := &cobra.Command{
		Use:   "checkpoint",
		Short: "Show the newest checkpoint, its signature and its witnesses' cosignatures",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := settleTree(c.Context(), o.data, o.keys); err != nil {
				return err
			}
			policy, _, err := o.policy()
			if err != nil {
				return err
			}
			point, err := audit.NewProver(filepath.Join(o.data, treeDir), policy).Checkpoint()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), map[string]any{
					"origin": point.Origin, "size": point.Size, "root": hex.EncodeToString(point.Root[:]),
					"note": string(point.Signed), "cosignatures": len(point.Cosigned),
				})
			}
			_, err = c.OutOrStdout().Write(point.Signed)
			return err
		},
	}
	o.bind(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func newProve() *cobra.Command {
	var o auditOptions
	var out string
	c := &cobra.Command{
		Use:   "prove PLACE --out FILE",
		Short: "Write a proof that the event at a place is in the history: a .tlog-proof, and its leaf beside it",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var place uint64
			if _, err := fmt.Sscan(args[0], &place); err != nil || place == 0 {
				return usagef("%q is no place, a whole number from 1", args[0])
			}
			if err := settleTree(c.Context(), o.data, o.keys); err != nil {
				return err
			}
			policy, _, err := o.policy()
			if err != nil {
				return err
			}
			prover := audit.NewProver(filepath.Join(o.data, treeDir), policy)
			proof, err := prover.Prove(place)
			if err != nil {
				return err
			}
			leaf, err := prover.Leaf(place)
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, proof, 0o600); err != nil {
				return err
			}
			if err := os.WriteFile(out+".leaf", leaf.Append(nil), 0o600); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%d bytes prove place %d\n", len(proof), place)
			return nil
		},
	}
	o.bind(c)
	c.Flags().StringVar(&out, "out", "", "the file to write; FILE.leaf is what it proves")
	_ = c.MarkFlagRequired("out")
	return c
}

func newVerify() *cobra.Command {
	var o auditOptions
	var bundle, against string
	c := &cobra.Command{
		Use:   "verify [--data DIR | --bundle FILE] [--against CHECKPOINT]",
		Short: "Hash the whole history anew and hold it against its checkpoints; every place that differs is named",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if bundle != "" {
				return o.verifyBundle(c, bundle, against)
			}
			return o.verifyData(c, against)
		},
	}
	o.bind(c)
	c.Flags().StringVar(&bundle, "bundle", "", "verify a bundle instead of a data folder")
	c.Flags().StringVar(&against, "against", "", "a checkpoint that you kept, in FILE")
	return c
}

// kept reads the checkpoint that an auditor kept, if they give one.
func kept(policy *audit.Policy, file string) ([]audit.Checkpoint, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	point, err := policy.Open(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return []audit.Checkpoint{point}, nil
}

func (o *auditOptions) verifyBundle(c *cobra.Command, file, against string) error {
	b, err := audit.OpenBundle(file)
	if err != nil {
		return err
	}
	defer b.Close()
	policy, err := b.Policy()
	if o.vkey != "" {
		policy, err = audit.PolicyOf(o.vkey)
	}
	if err != nil {
		return err
	}
	points, err := kept(policy, against)
	if err != nil {
		return err
	}
	report, err := b.Verify(policy, points...)
	if err != nil {
		return err
	}
	return printReport(c.OutOrStdout(), "bundle", report)
}

// verifyData verifies the archive, and the journal as well where no server has
// it.
func (o *auditOptions) verifyData(c *cobra.Command, against string) error {
	policy, _, err := o.policy()
	if err != nil {
		return err
	}
	points, err := kept(policy, against)
	if err != nil {
		return err
	}
	dir := filepath.Join(o.data, treeDir)
	reader, err := archive.Open(filepath.Join(o.data, archiveDir))
	if err != nil {
		return err
	}
	report, err := audit.Verify(dir, policy, audited(reader), points...)
	if err != nil {
		return err
	}
	failed := printReport(c.OutOrStdout(), "archive", report)
	if err := o.verifyJournal(c, dir, policy, points); err != nil && !errors.Is(err, journal.ErrHeld) {
		failed = errors.Join(failed, err)
	}
	return failed
}

func (o *auditOptions) verifyJournal(c *cobra.Command, dir string, policy *audit.Policy, points []audit.Checkpoint) error {
	if _, err := os.Stat(filepath.Join(o.data, journalDir)); err != nil {
		return nil //nolint:nilerr // the journal is on a server elsewhere
	}
	server, err := journal.Serve(journal.Options{Dir: filepath.Join(o.data, journalDir)})
	if err != nil {
		return err
	}
	defer server.Close()
	log, err := server.Open(c.Context(), journal.OpenOptions{})
	if err != nil {
		return err
	}
	report, err := audit.Verify(dir, policy, booked(c.Context(), log), points...)
	if err != nil {
		return err
	}
	return printReport(c.OutOrStdout(), "journal", report)
}

// printReport says what a verification found; what is amiss is an error, too.
func printReport(w io.Writer, what string, r *audit.Report) error {
	for _, d := range r.Differences {
		word := "differs"
		if d.Missing {
			word = "is missing"
		}
		if d.First == d.Last {
			fmt.Fprintf(w, "%s: place %d %s\n", what, d.First, word)
		} else {
			fmt.Fprintf(w, "%s: each place from %d to %d %s\n", what, d.First, d.Last, word)
		}
	}
	for _, d := range r.Damages {
		fmt.Fprintf(w, "%s: %s\n", what, d)
	}
	for _, a := range r.Alarms {
		fmt.Fprintf(w, "%s: ALARM: %s\n", what, a)
	}
	if !r.OK() {
		return fmt.Errorf("not-verified: the %s is not what was signed", what)
	}
	fmt.Fprintf(w, "%s: verified %d events, root %s\n", what, r.Events, hex.EncodeToString(r.Root[:]))
	if r.Beyond > 0 {
		fmt.Fprintf(w, "%s: %d newer events are under no checkpoint yet\n", what, r.Beyond)
	}
	return nil
}

func newBundle() *cobra.Command {
	var o auditOptions
	var out, only, as string
	c := &cobra.Command{
		Use:   "bundle --out FILE.tar",
		Short: "Write all that an auditor needs to verify the history without us",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := settleTree(c.Context(), o.data, o.keys); err != nil {
				return err
			}
			_, vkey, err := o.policy()
			if err != nil {
				return err
			}
			options := audit.BundleOptions{Key: vkey}
			if text, err := os.ReadFile(filepath.Join(keysBeside(o.data, o.keys), policyFile)); err == nil {
				options.Policy = text
			}
			if options.Payloads, err = payloads(c.Context(), o.data, events.ProgrammeID(only), events.Role(as)); err != nil {
				return err
			}
			return writeBundle(c, out, filepath.Join(o.data, treeDir), options)
		},
	}
	o.bind(c)
	c.Flags().StringVar(&out, "out", "", "the tar to write")
	c.Flags().StringVar(&only, "programme", "", "payloads of this programme only")
	c.Flags().StringVar(&as, "as", string(events.Auditor), "payloads that this role may see")
	_ = c.MarkFlagRequired("out")
	return c
}

func writeBundle(c *cobra.Command, out, dir string, options audit.BundleOptions) (err error) {
	f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(audit.WriteBundle(f, dir, options), f.Close()); err != nil {
		return errors.Join(err, os.Remove(out))
	}
	fmt.Fprintf(c.OutOrStdout(), "%s written; its README.txt says how to verify it\n", out)
	return nil
}

// payloads yields the events that a role may see.
func payloads(ctx context.Context, data string, only events.ProgrammeID, as events.Role) (iter.Seq2[audit.Event, error], error) {
	reader, err := openHistory(ctx, data)
	if err != nil {
		return nil, err
	}
	return func(yield func(audit.Event, error) bool) {
		for e, err := range audited(reader)(0) {
			if err != nil {
				yield(e, err)
				return
			}
			kind, p, _, _ := archive.Peek(e.Line)
			if (only == "" || p == only) && programme.RoleSeesKind(as, kind) && !yield(e, nil) {
				return
			}
		}
	}, nil
}

// settleTree brings archive and tree up to the journal where no server does.
func settleTree(ctx context.Context, data, keys string) error {
	h, err := openHouse(ctx, openOptions{data: data, keys: keys})
	if errors.Is(err, journal.ErrHeld) {
		return nil
	}
	if err != nil {
		return err
	}
	return h.Close()
}
