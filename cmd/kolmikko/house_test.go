package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A room is what a package of the house may be.
type room struct {
	pure    bool     // the same in, the same out: no clock, no chance, no I/O
	imports []string // besides the standard library and what is linked to one of these
}

const (
	jsonLib   = "github.com/go-json-experiment/json"
	natsLib   = "github.com/nats-io/nats.go"
	natsSrv   = "github.com/nats-io/nats-server/v2/server"
	uuidLib   = "github.com/google/uuid"
	sysLib    = "golang.org/x/sys/unix"
	promLib   = "github.com/prometheus/client_golang/prometheus"
	batchLib  = "github.com/synadia-io/orbit.go/jetstreamext"
	cobraLib  = "github.com/spf13/cobra"
	modSumDB  = "golang.org/x/mod/sumdb"
	excelLib  = "github.com/xuri/excelize/v2"
	progress1 = "github.com/vbauerster/mpb/v8"
)

// rooms says what each package of this module may import. A package that isn't
// listed has no place in the house yet; whoever adds one says here what it may
// know.
var rooms = map[string]room{
	"events":               {pure: true, imports: []string{jsonLib}},
	"events/programme":     {pure: true, imports: []string{"kolmikko/events"}},
	"events/journal":       {imports: []string{"kolmikko/events", jsonLib, uuidLib, natsLib, natsSrv, batchLib, sysLib}},
	"events/archive":       {imports: []string{"kolmikko/events", sysLib}},
	"events/vault":         {imports: []string{"kolmikko/events", natsLib, batchLib, sysLib}},
	"projections":          {pure: true, imports: []string{"kolmikko/events", jsonLib}},
	"projections/matching": {pure: true, imports: []string{"kolmikko/events"}},
	"projections/audit":    {imports: []string{modSumDB}},
	"api/auth":             {imports: []string{"kolmikko/events", jsonLib}},
	"api/sheet":            {imports: []string{"kolmikko/events", "kolmikko/events/programme", excelLib}},
	"api/story": {imports: []string{"kolmikko/api", "kolmikko/api/sheet", "kolmikko/events", "kolmikko/events/programme",
		"kolmikko/projections/matching", uuidLib}},
	"api": {imports: []string{"kolmikko/api/auth", "kolmikko/events", "kolmikko/events/programme", "kolmikko/events/journal",
		"kolmikko/events/vault", "kolmikko/projections", "kolmikko/projections/matching", "kolmikko/projections/audit",
		jsonLib, promLib, "github.com/danielgtaylor/huma/v2", "golang.org/x/time/rate", "golang.org/x/text/language"}},
	"cmd/kolmikko": {imports: []string{"kolmikko/api", "kolmikko/api/auth", "kolmikko/api/sheet", "kolmikko/api/story", "kolmikko/events",
		"kolmikko/events/archive", "kolmikko/events/journal", "kolmikko/events/programme", "kolmikko/events/vault",
		"kolmikko/projections", "kolmikko/projections/matching", "kolmikko/projections/audit", jsonLib, uuidLib, cobraLib,
		"github.com/spf13/pflag", progress1, sysLib, "golang.org/x/term"}},
}

// impure is what a pure package doesn't call, and importsNothing what it doesn't
// import.
var (
	impure         = []string{"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "rand.Int", "rand.N", "rand.IntN", "rand.Float64", "rand.Shuffle", "uuid.New", "uuid.NewString"}
	importsNothing = []string{"os", "net", "net/http", "os/exec", "crypto/rand", "log", "log/slog", "syscall", "io/ioutil"}
	badNames       = []string{"util", "utils", "common", "pkg", "models", "services", "helpers", "types", "manager", "base", "impl"}
	topLevel       = []string{"cmd", "events", "projections", "api", "go.mod", "go.sum", "README.md", "CHANGELOG.md", "LICENSE"}
)

const (
	longestFile = 400 // lines
	longestFunc = 60
)

func TestHouse(t *testing.T) {
	documented := map[string]bool{}
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.Contains(file, "testdata") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		in := path.Dir(strings.TrimPrefix(filepath.ToSlash(file), "../../"))
		if strings.HasSuffix(file, "_test.go") {
			if n := fset.Position(f.FileEnd).Line; n > longestFile {
				t.Errorf("%s: %d lines; split it", file, n)
			}
			return nil
		}
		documented[in] = documented[in] || f.Doc != nil
		for _, v := range violations(fset, in, f) {
			t.Error(v)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for in, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment", in)
		}
	}
	for in := range rooms {
		if _, there := documented[in]; !there {
			t.Errorf("package %s is in the table and not in the house", in)
		}
	}
}

// TestFourFolders holds the top level to what is fixed.
func TestFourFolders(t *testing.T) {
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(topLevel, e.Name()) && e.Name() != "kolmikko-data" && e.Name() != "kolmikko" {
			t.Errorf("%s has no place at the top level", e.Name())
		}
	}
}

// TestTheHouseTestCanFail shows that each of its rules finds what it is for.
func TestTheHouseTestCanFail(t *testing.T) {
	long := strings.Repeat("\nvar _ = 0", longestFile)
	for name, tt := range map[string]struct{ in, src, says string }{
		"a package without a place":        {"events/util2", "package x", "has no place"},
		"a room with a bad name":           {"api/util", "package util", "says nothing"},
		"nothing points up":                {"events", `package events; import _ "kolmikko/api"`, "may not import kolmikko/api"},
		"nothing points sideways":          {"projections/matching", `package m; import _ "kolmikko/events/programme"`, "may not import kolmikko/events/programme"},
		"only the journal knows NATS":      {"api", `package api; import _ "github.com/nats-io/nats.go"`, "may not import github.com/nats-io/nats.go"},
		"a pure room reads no clock":       {"events/programme", `package p; import "time"; var _ = time.Now()`, "calls time.Now"},
		"a pure room does no I/O":          {"projections", `package p; import _ "os"`, "imports os"},
		"nothing runs before main":         {"api", `package api; func init() {}`, "has an init"},
		"a long file":                      {"api", "package api" + long, "split it"},
		"a long function":                  {"api", "package api; func f() {" + strings.Repeat("\n", longestFunc) + "}", "split it"},
		"an exported name says what it is": {"api", "package api; func F() {}", "no doc comment"},
		"and says it by its name":          {"api", "package api\n\n// It does.\nfunc F() {}", "does not begin with F"},
	} {
		t.Run(name, func(t *testing.T) {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, "x.go", tt.src, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if found := strings.Join(violations(fset, tt.in, f), "\n"); !strings.Contains(found, tt.says) {
				t.Errorf("found %q; want %q", found, tt.says)
			}
		})
	}
}

// violations returns what a file does that its room may not.
func violations(fset *token.FileSet, in string, f *ast.File) (all []string) {
	rules, known := rooms[in]
	if !known {
		all = append(all, fmt.Sprintf("%s: package %s has no place in the house", fset.Position(f.Pos()), in))
	}
	if slices.Contains(badNames, path.Base(in)) || strings.Count(in, "/") > 1 {
		all = append(all, fmt.Sprintf("package %s is too deep, or its name says nothing", in))
	}
	for _, spec := range f.Imports {
		name := strings.Trim(spec.Path.Value, `"`)
		domain, _, _ := strings.Cut(name, "/")
		ours := domain == "kolmikko" || strings.Contains(domain, ".")
		switch {
		case ours && !slices.ContainsFunc(rules.imports, func(may string) bool {
			return name == may || domain != "kolmikko" && strings.HasPrefix(name, may+"/")
		}):
			all = append(all, fmt.Sprintf("%s: %s may not import %s", fset.Position(spec.Pos()), in, name))
		case rules.pure && slices.Contains(importsNothing, name):
			all = append(all, fmt.Sprintf("%s: %s is pure, and imports %s", fset.Position(spec.Pos()), in, name))
		}
	}
	all = append(all, tooLong(fset, f)...)
	all = append(all, undocumented(fset, f)...)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				all = append(all, fmt.Sprintf("%s: %s has an init", fset.Position(n.Pos()), in))
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && rules.pure && slices.Contains(impure, x.Name+"."+n.Sel.Name) {
				all = append(all, fmt.Sprintf("%s: %s is pure, and calls %s.%s", fset.Position(n.Pos()), in, x.Name, n.Sel.Name))
			}
		}
		return true
	})
	return all
}

// tooLong returns the file and the functions that should be split.
func tooLong(fset *token.FileSet, f *ast.File) (all []string) {
	if n := fset.Position(f.FileEnd).Line; n > longestFile {
		all = append(all, fmt.Sprintf("%s: %d lines; split it", fset.Position(f.Pos()), n))
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > longestFunc {
				all = append(all, fmt.Sprintf("%s: %s has %d lines; split it", fset.Position(fn.Pos()), fn.Name, n))
			}
		}
	}
	return all
}

// undocumented returns the exported functions, methods and types that don't say
// what they are.
func undocumented(fset *token.FileSet, f *ast.File) (all []string) {
	check := func(at token.Pos, name string, doc *ast.CommentGroup) {
		if !ast.IsExported(name) || name == "Error" { // what every error has needs no words
			return
		}
		text := strings.TrimSpace(doc.Text())
		for _, article := range []string{"A ", "An ", "The "} {
			text = strings.TrimPrefix(text, article)
		}
		switch {
		case doc == nil:
			all = append(all, fmt.Sprintf("%s: %s has no doc comment", fset.Position(at), name))
		case !strings.HasPrefix(text, name):
			all = append(all, fmt.Sprintf("%s: the comment of %s does not begin with %[2]s", fset.Position(at), name))
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || ast.IsExported(receiver(d)) {
				check(d.Pos(), d.Name.Name, d.Doc)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if ts, ok := s.(*ast.TypeSpec); ok {
					doc := ts.Doc
					if doc == nil && len(d.Specs) == 1 {
						doc = d.Doc
					}
					if len(d.Specs) == 1 {
						check(ts.Pos(), ts.Name.Name, doc)
					}
				}
			}
		}
	}
	return all
}

func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
