package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// printOutline writes what a view shows for a person to read: its fields, one a
// line, and its lists as tables where their items are flat.
func printOutline(w io.Writer, shown any) error {
	text, err := json.Marshal(shown, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("read the view: %w", err)
	}
	root, err := parseOutline(text)
	if err != nil {
		return fmt.Errorf("read the view: %w", err)
	}
	root.print(w, "")
	return nil
}

// A node is a JSON value with its members in the order in which they came.
type node struct {
	kind  jsontext.Kind
	text  string // of a string, a number or a literal
	names []string
	items []node
}

func parseOutline(text jsontext.Value) (n node, err error) {
	n.kind = text.Kind()
	switch n.kind {
	case '{':
		return n, n.members(text)
	case '[':
		var items []jsontext.Value
		if err := json.Unmarshal(text, &items); err != nil {
			return n, err
		}
		for _, item := range items {
			child, err := parseOutline(item)
			if err != nil {
				return n, err
			}
			n.items = append(n.items, child)
		}
	case '"':
		err = json.Unmarshal(text, &n.text)
	default:
		n.text = string(text)
	}
	return n, err
}

func (n *node) members(text jsontext.Value) error {
	dec := jsontext.NewDecoder(strings.NewReader(string(text)))
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		n.names = append(n.names, name.String())
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		child, err := parseOutline(value)
		if err != nil {
			return err
		}
		n.items = append(n.items, child)
	}
	return nil
}

// flat reports whether n fits in a cell of a table.
func (n node) flat() bool {
	if n.kind == '{' {
		return len(n.items) == 0 || n.isText()
	}
	for _, item := range n.items {
		if item.kind == '{' || item.kind == '[' {
			return false
		}
	}
	return true
}

// isText reports whether n is a text in several languages.
func (n node) isText() bool {
	for i, name := range n.names {
		if len(name) < 2 || len(name) > 3 || n.items[i].kind != '"' {
			return false
		}
	}
	return len(n.names) > 0
}

func (n node) cell() string {
	if n.kind == '{' && n.isText() {
		for i, lang := range n.names {
			if lang == "en" {
				return n.items[i].text
			}
		}
		return n.items[0].text
	}
	if n.kind != '[' {
		return n.text
	}
	var parts []string
	for _, item := range n.items {
		parts = append(parts, item.text)
	}
	return strings.Join(parts, " ")
}

func (n node) print(w io.Writer, indent string) {
	switch {
	case n.flat() && n.kind != '{':
		fmt.Fprintf(w, "%s%s\n", indent, n.cell())
	case n.kind == '[':
		n.printList(w, indent)
	default:
		for i, name := range n.names {
			label := strings.ReplaceAll(name, "_", " ")
			if child := n.items[i]; child.flat() {
				fmt.Fprintf(w, "%s%s: %s\n", indent, label, child.cell())
			} else {
				fmt.Fprintf(w, "%s%s:\n", indent, bold(w, label))
				child.print(w, indent+"  ")
			}
		}
	}
}

// printList writes a list of objects as a table if all are flat, else one after
// the other.
func (n node) printList(w io.Writer, indent string) {
	if n.isTexts() {
		for _, item := range n.items {
			fmt.Fprintf(w, "%s%s\n", indent, item.cell())
		}
		return
	}
	var heading []string
	columns := map[string]int{}
	for _, item := range n.items {
		for i, name := range item.names {
			if !item.items[i].flat() {
				n.printItems(w, indent)
				return
			}
			if _, known := columns[name]; !known {
				columns[name] = len(heading)
				heading = append(heading, name)
			}
		}
	}
	var rows [][]string
	for _, item := range n.items {
		row := make([]string, len(heading))
		for i, name := range item.names {
			row[columns[name]] = item.items[i].cell()
		}
		rows = append(rows, row)
	}
	for i, name := range heading {
		heading[i] = strings.ToUpper(strings.ReplaceAll(name, "_", " "))
	}
	writeTable(w, indent, heading, rows)
}

// isTexts reports whether n is a list of texts in several languages.
func (n node) isTexts() bool {
	for _, item := range n.items {
		if item.kind != '{' || !item.isText() {
			return false
		}
	}
	return len(n.items) > 0
}

func (n node) printItems(w io.Writer, indent string) {
	for _, item := range n.items {
		item.print(w, indent+"  ")
		fmt.Fprintln(w)
	}
}
