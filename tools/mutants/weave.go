package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// support is what woven code calls: which change is made is read from the environment once, and the places that a run
// comes to are written to a file when one is named there.
const support = `package %s

import (
	mutantos "os"
	mutantstrconv "strconv"
	mutantsync "sync"
)

var (
	mutantMade   = func() int { n, _ := mutantstrconv.Atoi(mutantos.Getenv("MUTANT")); return n }()
	mutantTraced = mutantos.Getenv("MUTANT_TRACE") != ""
	mutantTrace  = func() *mutantos.File {
		f, err := mutantos.OpenFile(mutantos.Getenv("MUTANT_TRACE"), mutantos.O_APPEND|mutantos.O_CREATE|mutantos.O_WRONLY, 0o600)
		if mutantTraced && err != nil {
			panic(err)
		}
		return f
	}()
	mutantSeen = map[int]bool{}
	mutantLock mutantsync.Mutex
)

func mutantIs(id int) bool {
	if mutantTraced {
		mutantReach(id)
	}
	return mutantMade == id
}

func mutantReach(id int) {
	mutantLock.Lock()
	defer mutantLock.Unlock()
	if !mutantSeen[id] {
		mutantSeen[id] = true
		mutantTrace.WriteString(mutantstrconv.Itoa(id) + "\n")
	}
}

type mutantInteger interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type mutantNumber interface{ mutantInteger | ~float32 | ~float64 }

func mutantAdd[T mutantNumber](id int, a, b T) T { if mutantIs(id) { return a - b }; return a + b }
func mutantSub[T mutantNumber](id int, a, b T) T { if mutantIs(id) { return a + b }; return a - b }
func mutantMul[T mutantNumber](id int, a, b T) T { if mutantIs(id) { return a / b }; return a * b }
func mutantQuo[T mutantNumber](id int, a, b T) T { if mutantIs(id) { return a * b }; return a / b }
func mutantRem[T mutantInteger](id int, a, b T) T { if mutantIs(id) { return a * b }; return a %% b }
func mutantNeg[T mutantNumber](id int, a T) T { if mutantIs(id) { return a }; return -a }
func mutantOne[T mutantNumber](id int) T { if mutantIs(id) { var none T; return none - 1 }; return 1 }
func mutantOneOf[T mutantNumber](id int, _ T) T { return mutantOne[T](id) }
`

var arithmetic = map[token.Token]string{token.ADD: "mutantAdd", token.SUB: "mutantSub", token.MUL: "mutantMul", token.QUO: "mutantQuo", token.REM: "mutantRem"}

// A weaver writes one file with all its changes in it.
type weaver struct {
	c      *checked
	file   string
	at     map[int][]*change // by the offset of the operator
	simple map[ast.Stmt]bool // those in the head of a for, an if or a switch, where an if cannot stand
	offset func(token.Pos) int
}

// weave is the text of each file with all the changes in it that can be picked at run time, and the changes that cannot.
func weave(c *checked, all []*change) (texts map[string]string, alone []*change) {
	texts = map[string]string{}
	for _, name := range c.files {
		f := c.syntax[name]
		w := weaver{c: c, file: name, at: map[int][]*change{}, simple: map[ast.Stmt]bool{}, offset: c.set.File(f.Pos()).Offset}
		for _, m := range all {
			if m.file == name {
				w.at[m.at] = append(w.at[m.at], m)
			}
		}
		if len(w.at) == 0 {
			continue
		}
		texts[name] = w.within(f, w.offset(f.FileStart), w.offset(f.FileEnd))
		for _, ms := range w.at {
			alone = append(alone, ms...)
		}
	}
	sort.Slice(alone, func(i, j int) bool { return alone[i].id < alone[j].id })
	return texts, alone
}

// raw is the text of a node as it stands.
func (w *weaver) raw(n ast.Node) string {
	return string(w.c.sources[w.file][w.offset(n.Pos()):w.offset(n.End())])
}

// woven is the text of a node with the changes in it.
func (w *weaver) woven(n ast.Node) string {
	if s, ok := w.replaced(n); ok {
		return s
	}
	return w.within(n, w.offset(n.Pos()), w.offset(n.End()))
}

// within is the text between two offsets with what stands below n woven.
func (w *weaver) within(n ast.Node, from, to int) string {
	var b strings.Builder
	ast.Inspect(n, func(x ast.Node) bool {
		if x == nil || x == n {
			return true
		}
		switch x := x.(type) {
		case *ast.ForStmt:
			w.simple[x.Init], w.simple[x.Post] = true, true
		case *ast.IfStmt:
			w.simple[x.Init] = true
		case *ast.SwitchStmt:
			w.simple[x.Init] = true
		}
		s, ok := w.replaced(x)
		if ok {
			b.Write(w.c.sources[w.file][from:w.offset(x.Pos())])
			b.WriteString(s)
			from = w.offset(x.End())
		}
		return !ok
	})
	b.Write(w.c.sources[w.file][from:to])
	return b.String()
}

// replaced is the text of a node whose own operator changes, and takes its changes off the list.
func (w *weaver) replaced(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		at := w.offset(n.OpPos)
		ms := w.at[at]
		if len(ms) == 0 || w.c.info.Types[n].Value != nil {
			return "", false
		}
		delete(w.at, at)
		if f := arithmetic[n.Op]; f != "" {
			// The type is said where it has a plain name, for what is shifted may take it from here.
			if t, ok := w.c.info.TypeOf(n).(*types.Basic); ok {
				f += "[" + t.Name() + "]"
			}
			return fmt.Sprintf("%s(%d, %s, %s)", f, ms[0].id, w.woven(n.X), w.woven(n.Y)), true
		}
		var changed, kept []string
		for _, m := range ms {
			changed = append(changed, fmt.Sprintf("mutantIs(%d) && (%s %s %s) ||", m.id, w.raw(n.X), m.now, w.raw(n.Y)))
			kept = append(kept, fmt.Sprintf("mutantMade != %d &&", m.id))
		}
		return fmt.Sprintf("(%s %s (%s %s %s))", strings.Join(changed, " "), strings.Join(kept, " "), w.woven(n.X), n.Op, w.woven(n.Y)), true
	case *ast.UnaryExpr:
		at := w.offset(n.OpPos)
		ms := w.at[at]
		if len(ms) == 0 || w.c.info.Types[n].Value != nil {
			return "", false
		}
		delete(w.at, at)
		return fmt.Sprintf("mutantNeg(%d, %s)", ms[0].id, w.woven(n.X)), true
	case *ast.IncDecStmt:
		at := w.offset(n.TokPos)
		ms := w.at[at]
		if len(ms) == 0 {
			return "", false
		}
		delete(w.at, at)
		x := w.raw(n.X)
		if w.simple[n] {
			sign := n.Tok.String()[:1]
			if t, ok := w.c.info.TypeOf(n.X).(*types.Basic); ok {
				return fmt.Sprintf("%s %s= mutantOne[%s](%d)", x, sign, t.Name(), ms[0].id), true
			}
			return fmt.Sprintf("%s %s= mutantOneOf(%d, %s)", x, sign, ms[0].id, x), true
		}
		return fmt.Sprintf("if mutantIs(%d) { %s%s } else { %s%s }", ms[0].id, x, ms[0].now, w.woven(n.X), n.Tok), true
	}
	return "", false
}
