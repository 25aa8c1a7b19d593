//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"example.com/wuye/examples/beam/draw"
	"example.com/wuye/examples/pg"
	"example.com/wuye/sampling"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"modernc.org/sqlite"
)

// The page that says how a draw is made; its commands and figures are what is tested here.
const page = "../../docs/draws.md"

// block is the n-th block of that language on the page.
func block(t *testing.T, language string, n int) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(string(text), -1)
	if n >= len(blocks) {
		t.Fatalf("%s: want more than %d blocks of %s, got %d", page, n, language, len(blocks))
	}
	return blocks[n][1]
}

// A question is a draw to be made by everyone.
type question struct {
	name, key, scope string
	scheme           sampling.Scheme
	ids              []string
}

// An answer is what can be compared: who is drawn, in order, then the reserves in theirs, and the
// two figures.
type answer struct {
	Ranked             []string
	Commitment, Digest string
}

func numbered(format string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf(format, i+1)
	}
	return ids
}

const demoKey = "2026年10月演示密钥"

// questions are the sizes where the brackets part, the draw of the page, and order numbers of
// every kind: blanks at the ends, quotes, percent signs, backslashes, Chinese, 64 bytes.
func questions() []question {
	all := []question{
		{"the page's five", demoKey, "锦绣苑/2026-10/banked", sampling.Quota(), numbered("R%d", 5)},
		{"one", "k", "s", sampling.Routine(), []string{"only"}},
	}
	for _, n := range []int{20, 21, 37, 49, 50} {
		all = append(all, question{strconv.Itoa(n), demoKey, "锦绣苑/2026-10/routine", sampling.Routine(), numbered("PG%03d", n)})
	}
	odd := []string{" a", "a ", "a  b", "\ta", "'", `"`, `''`, "%s", "%%", `\`, `\n`, `a\`, "-n", "--", "*", "$key", "`id`", "订单一", "訂單", "é", "e\u0301", "😀",
		strings.Repeat("x", 64), strings.Repeat("单", 21), "A", "a", "0", "00", "\u00a0", ":key", "?", "$1", "#", "!"}
	all = append(all,
		question{"odd numbers", `key with ' " \ $ % 密`, `scope ' " \ $1 :key %s`, sampling.Census(), odd},
		question{"odd numbers, a quota", " k ", "\ts", sampling.Quota(), odd})
	r := rand.New(rand.NewPCG(8, 2026))
	for i := range 3 {
		ids := map[string]bool{}
		for len(ids) < 60 {
			ids[fmt.Sprintf("%x", r.Uint64()>>r.IntN(40))] = true
		}
		var list []string
		for id := range ids {
			list = append(list, id)
		}
		slices.Sort(list)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		all = append(all, question{fmt.Sprintf("random %d", i), fmt.Sprintf("%016x", r.Uint64()), fmt.Sprintf("site/2026-%02d/routine", i+1), sampling.Routine(), list})
	}
	return all
}

// TestFourWays makes the same draws with the library, with the shell lines of the page, with
// its SQL on a real PostgreSQL, on SQLite, and in an Apache Beam pipeline: all say the same.
func TestFourWays(t *testing.T) {
	ctx := context.Background()
	check := func(t *testing.T, questions []question, ask func(*testing.T, question, int) answer) {
		for _, q := range questions {
			draw, err := q.scheme.Draw(q.key, q.scope, q.ids)
			if err != nil {
				t.Fatal(err)
			}
			want := answer{draw.Ranked, draw.Commitment, draw.Digest}
			if diff := cmp.Diff(want, ask(t, q, len(draw.Ranked))); diff != "" {
				t.Errorf("%s: the library (-) and %s (+) disagree: %s", q.name, t.Name(), diff)
			}
		}
	}
	t.Run("shell", func(t *testing.T) { check(t, questions(), byShell) })
	t.Run("SQLite", func(t *testing.T) { check(t, questions(), bySQLite) })
	t.Run("Beam", func(t *testing.T) {
		answers := byBeam(t, questions())
		check(t, questions(), func(_ *testing.T, q question, _ int) answer { return answers[q.name] })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		address := database(t)
		conn, err := pgx.Connect(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		check(t, questions(), func(t *testing.T, q question, n int) answer { return byPostgres(t, conn, q, n) })

		// And as the page has it, with psql; its \copy reads a backslash as an escape.
		t.Run("psql", func(t *testing.T) {
			tool := pg.Tool("psql")
			if tool == "" {
				t.Skip("no psql")
			}
			check(t, questions()[:7], func(t *testing.T, q question, n int) answer { return byPsql(t, tool, address, q, n) })
		})
	})
}

// database is the address of a PostgreSQL server: that of DATABASE_URL, or of one that lives as
// long as the test. Where there is neither, the test is skipped, or fails if CI is set in the
// environment.
func database(t *testing.T) string {
	t.Helper()
	if address := os.Getenv("DATABASE_URL"); address != "" {
		return address
	}
	address, stop, err := pg.Start()
	if errors.Is(err, pg.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return address
}

func byShell(t *testing.T, q question, n int) answer {
	for _, tool := range []string{"sh", "sha256sum", "sort", "head", "cut", "tr"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "orders.txt"), []byte(strings.Join(q.ids, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	sh := func(script string) []string {
		c := exec.Command("sh", "-c", script)
		c.Dir = dir
		c.Env = append(os.Environ(), "key="+q.key, "scope="+q.scope, "n="+strconv.Itoa(n))
		var errs bytes.Buffer
		c.Stderr = &errs
		out, err := c.Output()
		if err != nil || errs.Len() > 0 {
			t.Fatalf("%v %s", err, &errs)
		}
		return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	}
	figures := sh(block(t, "sh", 1))
	if len(figures) != 2 {
		t.Fatal(figures)
	}
	figure := func(i int) string { s, _, _ := strings.Cut(figures[i], " "); return s }
	return answer{sh(block(t, "sh", 0)), figure(0), figure(1)}
}

// byPsql gives the page's statements to psql as they stand.
func byPsql(t *testing.T, tool, address string, q question, n int) answer {
	orders := filepath.Join(t.TempDir(), "orders.txt")
	if err := os.WriteFile(orders, []byte(strings.Join(q.ids, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	psql := exec.Command(tool, address, "-XqAt", "-F", "\n", "-v", "ON_ERROR_STOP=1", "-v", "key="+q.key, "-v", "scope="+q.scope, "-v", "n="+strconv.Itoa(n))
	psql.Env = append(os.Environ(), "PGCLIENTENCODING=UTF8")
	psql.Stdin = strings.NewReader("CREATE TEMPORARY TABLE orders (id text);\n\\copy orders from '" + orders + "'\n" + block(t, "sql", 0) + block(t, "sql", 1))
	out, err := psql.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found := strings.Fields(string(out))
	if len(found) != n+2 {
		t.Fatalf("want %d lines, got\n%s", n+2, out)
	}
	return answer{found[:n], found[n], found[n+1]}
}

// byPostgres runs the page's statements; psql's variables become the statement's parameters.
func byPostgres(t *testing.T, conn *pgx.Conn, q question, n int) answer {
	ctx := context.Background()
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE orders (id text) ON COMMIT DROP"); err != nil {
		t.Fatal(err)
	}
	rows := make([][]any, len(q.ids))
	for i, id := range q.ids {
		rows[i] = []any{id}
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id"}, pgx.CopyFromRows(rows)); err != nil {
		t.Fatal(err)
	}
	parameters := strings.NewReplacer(":'key'", "$1::text", ":'scope'", "$2::text", ":n", "$3::int")
	found, err := tx.Query(ctx, parameters.Replace(block(t, "sql", 0)), q.key, q.scope, n)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{}
	if a.Ranked, err = pgx.CollectRows(found, pgx.RowTo[string]); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow(ctx, parameters.Replace(block(t, "sql", 1)), q.key).Scan(&a.Commitment, &a.Digest); err != nil {
		t.Fatal(err)
	}
	return a
}

// orderFn makes an order number one that may be drawn, under the draw's name.
type orderFn struct {
	Name, Key, Scope string
	Scheme           sampling.Scheme
}

func (f *orderFn) ProcessElement(id string, emit func(string, draw.Order)) error {
	o, err := draw.NewOrder(f.Key, f.Scope, f.Scheme, id)
	if err == nil {
		emit(f.Name, o)
	}
	return err
}

// parted is what keepFn was given: the pipeline runs in this process.
var parted sync.Map

type keepFn struct{}

func (*keepFn) ProcessElement(name string, p draw.Part) { parted.Store(name, p) }

func init() {
	register.DoFn2x1[string, func(string, draw.Order), error](&orderFn{})
	register.DoFn2x0[string, draw.Part](&keepFn{})
	register.Emitter2[string, draw.Order]()
}

// byBeam makes all draws in one pipeline on Prism, each in three shards that are then merged.
func byBeam(t *testing.T, questions []question) map[string]answer {
	beam.Init()
	p, root := beam.NewPipelineWithRoot()
	var orders []beam.PCollection
	for _, q := range questions {
		orders = append(orders, beam.ParDo(root, &orderFn{q.name, q.key, q.scope, q.scheme}, beam.CreateList(root, q.ids)))
	}
	beam.ParDo0(root, &keepFn{}, draw.Parts(root, beam.Flatten(root, orders...), 3))
	done, err := prism.Execute(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	merges := int64(0)
	for _, c := range done.Metrics().Query(func(r beam.MetricResult) bool { return r.Name() == "merged" }).Counters() {
		merges += c.Result()
	}
	if merges < int64(len(questions)) {
		t.Errorf("only %d mergers", merges)
	}
	answers := map[string]answer{}
	for _, q := range questions {
		part, ok := parted.Load(q.name)
		if !ok {
			t.Fatalf("%s: no draw", q.name)
		}
		d, err := part.(draw.Part).Draw(q.key, q.scope, q.scheme)
		if err != nil {
			t.Fatal(err)
		}
		answers[q.name] = answer{d.Ranked, d.Commitment, d.Digest}
	}
	return answers
}

func init() {
	sqlite.MustRegisterDeterministicScalarFunction("sha256", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		text, ok := args[0].(string)
		if !ok {
			return nil, fmt.Errorf("sha256 of a %T", args[0])
		}
		sum := sha256.Sum256([]byte(text))
		return sum[:], nil
	})
}

func bySQLite(t *testing.T, q question, n int) answer {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection would have a database of its own
	if _, err := db.Exec("CREATE TABLE orders (id TEXT)"); err != nil {
		t.Fatal(err)
	}
	for _, id := range q.ids {
		if _, err := db.Exec("INSERT INTO orders VALUES (?)", id); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.Query(block(t, "sql", 2), sql.Named("key", q.key), sql.Named("scope", q.scope), sql.Named("n", n))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var a answer
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		a.Ranked = append(a.Ranked, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	err = db.QueryRow("SELECT lower(hex(sha256(?))), lower(hex(sha256(coalesce((SELECT group_concat(id || char(10), '') FROM (SELECT id FROM orders ORDER BY id)), ''))))", q.key).
		Scan(&a.Commitment, &a.Digest)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestByHand is the fourth way: the ranks and figures that the page works out for five orders
// are right, its list of them in order is the draw, and the commitment and digest are the draw's.
func TestByHand(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const scope = "锦绣苑/2026-10/banked"
	if got, want := block(t, "text", 0), demoKey+"\n"+scope+"\nR1\n"; got != want {
		t.Errorf("what is hashed for R1: want %q, got %q", want, got)
	}
	rows := regexp.MustCompile("(?m)^\\| (\\S+) \\| `([0-9a-f]{64})` \\|$").FindAllStringSubmatch(string(text), -1)
	if len(rows) != 7 {
		t.Fatalf("want five ranks and two figures, got %d", len(rows))
	}
	var ids []string
	for _, row := range rows[:5] {
		sum := sha256.Sum256([]byte(demoKey + "\n" + scope + "\n" + row[1]))
		if got := hex.EncodeToString(sum[:]); got != row[2] {
			t.Errorf("rank of %s: the page has %s, it is %s", row[1], row[2], got)
		}
		ids = append(ids, row[1])
	}
	ranked := slices.Clone(rows[:5])
	slices.SortFunc(ranked, func(a, b []string) int { return strings.Compare(a[2], b[2]) })
	var order []string
	for _, row := range ranked {
		order = append(order, row[1])
	}
	if !strings.Contains(string(text), "**"+strings.Join(order, ", ")+"**") {
		t.Errorf("the page does not have the ranking %v", order)
	}
	quota, errQ := sampling.Quota().Draw(demoKey, scope, ids)
	routine, errR := sampling.Routine().Draw(demoKey, scope, ids)
	if errQ != nil || errR != nil {
		t.Fatal(errQ, errR)
	}
	if diff := cmp.Diff(order, quota.Ranked); diff != "" {
		t.Error(diff)
	}
	list := func(ids []string) string { return strings.Join(ids, ", ") }
	for _, sentence := range []string{
		fmt.Sprintf("Drawn: %s. Reserve: %s.", list(quota.Ranked[:quota.Size]), list(quota.Reserve())),
		fmt.Sprintf("visited: %s; %s may be phoned", list(routine.ToVisit()), strings.Join(routine.ToCall(), " and ")),
		"| commitment | `" + quota.Commitment + "` |",
		"| digest | `" + quota.Digest + "` |",
	} {
		if !strings.Contains(string(text), sentence) {
			t.Errorf("the page does not say %q", sentence)
		}
	}
}

// The shell lines and the SQL of the package's own documentation are the page's.
func TestPackageComment(t *testing.T) {
	text, err := os.ReadFile("../../sampling/sampling.go")
	if err != nil {
		t.Fatal(err)
	}
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	comment := plain(strings.ReplaceAll(string(text), "//", " "))
	for _, lines := range []string{
		strings.Replace(block(t, "sh", 0), `"$n"`, "12", 1),
		strings.NewReplacer(":'", ":", "'", "", ":n;", "12", "UTF8", "'UTF8'").Replace(block(t, "sql", 0)),
	} {
		if !strings.Contains(comment, plain(lines)) {
			t.Errorf("the package comment does not have\n%s", lines)
		}
	}
}
