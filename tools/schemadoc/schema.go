package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"example.com/wuye"
	"example.com/wuye/rule"
	"golang.org/x/tools/go/packages"
)

const module = "example.com/wuye"

// A node is a part of a schema; the encoder writes its names in order, so that the same types
// give the same bytes.
type node = map[string]any

// schema is the JSON Schema (draft 2020-12) of what ParsePolicy reads.
func schema(root string) ([]byte, error) {
	loaded, err := packages.Load(&packages.Config{
		Dir:  root,
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
	}, ".")
	if err != nil {
		return nil, err
	}
	if packages.PrintErrors(loaded) > 0 {
		return nil, fmt.Errorf("the root package does not compile")
	}
	g := &generator{definitions: node{}, comments: map[token.Pos]string{}}
	packages.Visit(loaded, nil, g.read)
	top := g.object(loaded[0].Types.Scope().Lookup("Policy").Type().(*types.Named))
	properties := top["properties"].(node)
	properties["base"] = node{
		"enum":        []string{wuye.Standard().Name, wuye.Tianxiacheng().Name, wuye.Villa().Name},
		"description": "the profile of which this says only what differs: ParsePolicy says how",
	}
	delete(top, "required")
	top["anyOf"] = []node{{"required": []string{"name", "from"}}, {"required": []string{"base"}}}
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = "A policy of package wuye"
	top["$defs"] = g.definitions

	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(top); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

type generator struct {
	definitions node
	comments    map[token.Pos]string // of a field or a type, by the place of its name
}

// read keeps the comments of one of our packages.
func (g *generator) read(p *packages.Package) {
	if !strings.HasPrefix(p.PkgPath, module) {
		return
	}
	for _, file := range p.Syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				for _, name := range n.Names {
					g.comments[name.Pos()] = text(n.Doc, n.Comment)
				}
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok {
						g.comments[s.Name.Pos()] = text(s.Doc, n.Doc)
					}
				}
			}
			return true
		})
	}
}

// text is the first comment that says something, on one line.
func text(groups ...*ast.CommentGroup) string {
	for _, c := range groups {
		if s := strings.Join(strings.Fields(c.Text()), " "); s != "" {
			return s
		}
	}
	return ""
}

// limits are what Validate asks of a field beyond its type, and the closed sets that have no
// type of their own.
var limits = map[string]node{
	"Policy.Name":       {"minLength": 1, "maxLength": 64},
	"Policy.Households": {"minimum": 0},
	"Duty.Every":        {"enum": []string{"day", "week", "month", "quarter", "year"}},
	"Duty.Times":        {"minimum": 1, "maximum": 1_000_000},
	"Duty.Day":          {"minimum": 0, "maximum": 31},
	"Off.Reason":        {"pattern": `\S`},
	"Match.Named":       {"enum": []string{"yes", "no"}},
	"Match.Booked":      {"enum": []string{"yes", "no"}},
	"Match.Linked":      {"enum": []string{"yes", "no"}},
	"Limit.N":           {"minimum": 0, "maximum": 1_000_000},
	"Bracket.UpTo":      {"minimum": 0},
	"Bracket.Take":      {"minimum": 0},
	"Bracket.Percent":   {"minimum": 0, "maximum": 100},
	"Scheme.OnSite":     {"minimum": 0, "maximum": 100},
}

// object is a struct: its fields by their JSON names, those that are always written required.
func (g *generator) object(t *types.Named) node {
	s := t.Underlying().(*types.Struct)
	properties, required := node{}, []string{}
	for i := range s.NumFields() {
		f := s.Field(i)
		name, options, _ := strings.Cut(reflect.StructTag(s.Tag(i)).Get("json"), ",")
		if !f.Exported() || name == "-" {
			continue
		}
		p := g.of(f.Type())
		if limit, ok := limits[t.Obj().Name()+"."+f.Name()]; ok {
			p = merged(p, limit)
		}
		if s := g.comments[f.Pos()]; s != "" {
			p = merged(p, node{"description": s})
		}
		properties[name] = p
		if options == "" {
			required = append(required, name)
		}
	}
	out := node{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	if s := g.comments[t.Obj().Pos()]; s != "" {
		out["description"] = s
	}
	return out
}

func merged(a, b node) node {
	out := node{}
	for _, n := range []node{a, b} {
		for k, v := range n {
			out[k] = v
		}
	}
	return out
}

// of is the schema of a type; that of a named one stands once, among the definitions.
func (g *generator) of(t types.Type) node {
	named, ok := t.(*types.Named)
	if !ok {
		return g.plain(t)
	}
	name := named.Obj().Name()
	if _, done := g.definitions[name]; !done {
		g.definitions[name] = node{} // a type may hold itself
		g.definitions[name] = g.define(named)
	}
	return node{"$ref": "#/$defs/" + name}
}

func (g *generator) define(t *types.Named) node {
	pkg, name := t.Obj().Pkg().Path(), t.Obj().Name()
	switch {
	case pkg == module+"/calendar" && name == "Date":
		return node{"type": "string", "pattern": `^\d{4}-\d{2}-\d{2}$`, "description": "a civil day, 2026-01-01"}
	case pkg == module+"/rule" && name == "ID":
		return node{"type": "string", "pattern": `^(` + codes("|") + `)(-.+)?$`, "description": g.comments[t.Obj().Pos()]}
	case pkg == module && name == "Choice":
		var options []node
		for _, r := range wuye.Readings() {
			var taken []string
			for _, o := range r.Options {
				taken = append(taken, o.Code)
			}
			options = append(options, node{
				"type": "object", "description": r.En + " / " + r.Zh, "required": []string{"reading", "option"}, "additionalProperties": false,
				"properties": node{"reading": node{"const": r.Code}, "option": node{"enum": taken}},
			})
		}
		return node{"oneOf": options}
	}
	if _, ok := t.Underlying().(*types.Struct); ok {
		return g.object(t)
	}
	out := g.plain(t.Underlying())
	if s := g.comments[t.Obj().Pos()]; s != "" {
		out["description"] = s
	}
	var constants []string
	scope := t.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(c.Type(), t) {
			constants = append(constants, constant.StringVal(c.Val()))
		}
	}
	if constants != nil {
		out["enum"] = constants
	}
	return out
}

// codes are those of the documents.
func codes(between string) string {
	var all []string
	for _, d := range rule.Documents() {
		all = append(all, d.Code)
	}
	return strings.Join(all, between)
}

func (g *generator) plain(t types.Type) node {
	switch t := t.(type) {
	case *types.Slice:
		return node{"type": "array", "items": g.of(t.Elem())}
	case *types.Basic:
		switch {
		case t.Info()&types.IsBoolean != 0:
			return node{"type": "boolean"}
		case t.Info()&types.IsInteger != 0:
			return node{"type": "integer"}
		case t.Info()&types.IsString != 0:
			return node{"type": "string"}
		}
	}
	panic(fmt.Sprintf("a policy holds a %s, which has no schema yet", t))
}
