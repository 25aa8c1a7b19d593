package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/wuye/sampling"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// program runs the command and gives what it prints, on either output, and its exit status.
func program(stdin string, args ...string) (out, errs string, status int) {
	var o, e bytes.Buffer
	status = run(args, strings.NewReader(stdin), &o, &e)
	return o.String(), e.String(), status
}

const (
	october = "锦绣苑/2026-10/routine"
	promise = "94de4f1ece05a5279f3159e5cd86e8ea173b0819de04a2145c4a57bf8ded0787"
)

func lines(ids ...string) string { return strings.Join(ids, "\n") + "\n" }

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDraw(t *testing.T) {
	for _, c := range []struct{ golden, scheme, orders string }{
		{"routine.golden", "routine", lines(numbered("PG%03d", 37)...)},
		{"quota.golden", "quota", lines(numbered("R%d", 5)...)},
		{"none.golden", "census", ""},
	} {
		out, errs, status := program(c.orders, "-key", demoKey, "-scope", october, "-scheme", c.scheme)
		if status != 0 || errs != "" {
			t.Fatal(status, errs)
		}
		file := filepath.Join("testdata", c.golden)
		if *update {
			if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out); diff != "" {
			t.Errorf("%s: %s", c.golden, diff)
		}
	}
}

// A certificate printed is a certificate that verifies, and each way to tamper with it is named.
func TestVerify(t *testing.T) {
	ids := numbered("PG%03d", 37)
	text, _, status := program(lines(ids...), "-key", demoKey, "-scope", october, "-json")
	if status != 0 {
		t.Fatal(text)
	}
	var draw sampling.Draw
	if err := json.Unmarshal([]byte(text), &draw); err != nil {
		t.Fatal(err)
	}
	good := write(t, "c.json", text)
	changed := func(from, to string) string {
		if !strings.Contains(text, from) {
			t.Fatalf("no %q in the certificate", from)
		}
		return write(t, "c.json", strings.Replace(text, from, to, 1))
	}
	own := write(t, "own.json", `{"brackets":[{"up_to":30,"take":9,"clause":"TR-4.4"},{"percent":40,"clause":"TR-4.4"}],"rounding":"up","on_site":50,"clause":"TR-4.4d"}`)
	ofOwn, _, _ := program(lines(ids...), "-key", demoKey, "-scope", october, "-json", "-scheme", own)

	for _, c := range []struct {
		name   string
		stdin  string
		args   []string
		status int
		out    string // part of what is printed, or the whole of the error's line
	}{
		{"right", lines(ids...), []string{"-verify", good}, 0, "相符：密钥、名单、数量、名次、上门都对。\n范围    锦绣苑/2026-10/routine（常规派工单）\n"},
		{"the commitment is left to the reader", lines(ids...), []string{"-verify", good}, 0, "请核对：承诺值与月初公布的是否相同。"},
		{"the last line without its end", strings.Join(ids, "\n"), []string{"-verify", good}, 0, "相符"},
		{"all that can be asked", lines(ids...), []string{"-verify", good, "-commitment", promise, "-scope", october, "-scheme", "routine"}, 0, "相符"},
		{"another commitment was published", lines(ids...), []string{"-verify", good, "-commitment", "00"}, 1, "不符：承诺值应为00，证书上是" + promise},
		{"another month's", lines(ids...), []string{"-verify", good, "-scope", "锦绣苑/2026-11/routine"}, 1, "不符：抽样范围应为锦绣苑/2026-11/routine，证书上是" + october},
		{"another scheme", lines(ids...), []string{"-verify", good, "-scheme", "census"}, 1, "不符：证书上的抽样办法不是census（TR-4.4d）"},
		{"one order less", lines(ids[1:]...), []string{"-verify", good}, 1, "不符：单据总数与抽样时不符：名单有36单，抽样时记为37单（TR-4.4d）"},
		{"one order changed", lines(append(ids[1:], "PG038")...), []string{"-verify", good}, 1, "不符：单据名单与抽样时不符：数目相同，单号有变（TR-4.4d）"},
		{"one twice", lines(append(ids, "PG003")...), []string{"-verify", good}, 1, "不符：抽样名单中的单号“PG003”有误：重复（第3、38行）"},
		{"a mark moved", lines(ids...), []string{"-verify", changed(`"visits": 6`, `"visits": 5`)}, 1, "不符：上门回访数量不符合规定：应上门6单，却定为5单（TR-4.4d）"},
		{"a rank changed", lines(ids...), []string{"-verify", changed(`"PG012"`, `"PG099"`)}, 1, "不符：抽样名单第6位应为“PG012”，却是“PG099”（TR-4.4d）"},
		{"a scheme that is none", lines(ids...), []string{"-verify", changed(`"percent": 30`, `"percent": 300`)}, 1, "不符：抽样设置有误（brackets[1].percent）：百分比须在 0 到 100 之间"},
		{"a site's own scheme", lines(ids...), []string{"-verify", write(t, "c.json", ofOwn)}, 0, "请核对：抽样办法不是三种标准办法之一，是否为本物业所定。"},
		{"a site's own scheme, prescribed", lines(ids...), []string{"-verify", write(t, "c.json", ofOwn), "-scheme", own}, 0, "数量    37 单中抽 15 单（TR-4.4：40%），其中上门至少 8 单（TR-4.4d），替补 15 单"},
		{"a field that nobody knows", lines(ids...), []string{"-verify", changed(`"size"`, `"sizes"`)}, 1, `读不懂：json: unknown field "sizes"`},
		{"two certificates", lines(ids...), []string{"-verify", write(t, "c.json", text+text)}, 1, "读不懂：后面还有别的内容"},
		{"no file", lines(ids...), []string{"-verify", filepath.Join(t.TempDir(), "none.json")}, 1, "none.json"},
	} {
		out, errs, status := program(c.stdin, append([]string{"-key", demoKey}, c.args...)...)
		if status != c.status || !strings.Contains(out+errs, c.out) || status == 0 && errs != "" || status != 0 && out != "" {
			t.Errorf("%s: status %d\n%s%s\nwant status %d and %s", c.name, status, out, errs, c.status, c.out)
		}
	}

	_, errs, status := program(lines(ids...), "-key", "another", "-verify", good)
	if status != 1 || errs != "不符：公布的密钥与事先承诺的不符（TR-4.4d）\n" {
		t.Error(status, errs)
	}
}

func TestKeyFile(t *testing.T) {
	for _, text := range []string{demoKey, demoKey + "\n", demoKey + "\r\n", demoKey + "\nmore"} {
		if out, errs, status := program("", "-key-file", write(t, "key", text), "-commit"); out != promise+"\n" || status != 0 {
			t.Errorf("%q: %d %s%s", text, status, out, errs)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name, stdin string
		args        []string
		status      int
		says        string
	}{
		{"no key", "", nil, 2, "密钥：-key 和 -key-file 须用其一\n"},
		{"two keys", "", []string{"-key", "k", "-key-file", "f"}, 2, "密钥：-key 和 -key-file 须用其一\n"},
		{"no scope", "a\n", []string{"-key", "k"}, 2, "缺少抽样范围：-scope 物业/月份/办法\n"},
		{"an argument more", "", []string{"-key", "k", "-scope", "s", "orders.txt"}, 2, "多余的参数：orders.txt\n"},
		{"two things at once", "", []string{"-key", "k", "-commit", "-json"}, 2, "-verify、-commit、-json 只能用其一\n"},
		{"a commitment to no certificate", "", []string{"-key", "k", "-scope", "s", "-commitment", "00"}, 2, "-commitment 只和 -verify 一起用\n"},
		{"no such flag", "", []string{"-keys", "k"}, 2, "flag provided but not defined: -keys\n"},
		{"no such scheme", "a\n", []string{"-key", "k", "-scope", "s", "-scheme", "all"}, 1, "没有抽样办法“all”：须为 routine、census、quota，或以 .json 结尾的文件\n"},
		{"an empty line", "a\n\nb\n", []string{"-key", "k", "-scope", "s"}, 1, "抽不了：抽样名单中的单号“”有误：为空（第2行）\n"},
		{"twice", "a\nb\na\n", []string{"-key", "k", "-scope", "s"}, 1, "抽不了：抽样名单中的单号“a”有误：重复（第1、3行）\n"},
		{"Windows", "a\nb\r\nc\r\n", []string{"-key", "k", "-scope", "s"}, 1, "名单第2行有回车符，请先转换换行：tr -d '\\r'\n"},
		{"a byte order mark", "\ufeffa\n", []string{"-key", "k", "-scope", "s"}, 1, "名单开头有 BOM 标记，请另存为不带 BOM 的 UTF-8 文本\n"},
		{"another encoding", "\xb5\xa5\n", []string{"-key", "k", "-scope", "s"}, 1, "抽不了：抽样名单中的单号“\\xb5\\xa5”有误：不是 UTF-8 编码（第1行）\n"},
		{"a scheme that is none", "a\n", []string{"-key", "k", "-scope", "s", "-scheme", write(t, "s.json", `{}`)}, 1, "s.json：抽样设置有误（brackets）：缺少\n"},
		{"an empty key file", "", []string{"-key-file", write(t, "key", "\n"), "-commit"}, 1, "的第一行是空的，没有密钥\n"},
	} {
		out, errs, status := program(c.stdin, c.args...)
		if status != c.status || out != "" || !strings.Contains(errs, c.says) || status == 1 && !strings.HasSuffix(errs, c.says) {
			t.Errorf("%s: status %d, %q%q; want %d, %q", c.name, status, out, errs, c.status, c.says)
		}
	}
}

// What a certificate from anywhere holds reaches the terminal only as text.
func TestTerminal(t *testing.T) {
	out, _, status := program("a\x1b[2Jb\n", "-key", "k", "-scope", "s")
	if shown, _, _ := strings.Cut(out, "证书"); status != 0 || strings.Contains(out, "\x1b") || !strings.Contains(shown, `"a\x1b[2Jb"`) {
		t.Errorf("%d %q", status, out)
	}
}

// Each command of the README does what the README shows. A line of … stands for the rest.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"sh", "go", "openssl", "seq", "sed", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "draws")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	before, ran := "", 0
	for i, part := range strings.Split(string(text), "```") {
		block, ok := strings.CutPrefix(part, "console\n")
		if i%2 == 0 || !ok {
			continue
		}
		for _, step := range strings.Split("\n"+block, "\n$ ")[1:] {
			line, want, _ := strings.Cut(strings.TrimSuffix(step, "\n")+"\n", "\n")
			command := exec.Command("sh", "-c", before+strings.ReplaceAll(line, "go run .", binary))
			command.Dir = dir
			out, err := command.CombinedOutput()
			if _, exit := err.(*exec.ExitError); err != nil && !exit {
				t.Fatal(err)
			}
			if strings.HasPrefix(line, "key=") {
				before = line + "\n" // variables for the next
			}
			got := string(out)
			if start, cut := strings.CutSuffix(want, "…\n"); cut {
				got, want = got[:min(len(got), len(start))], start
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("$ %s\n%s", line, diff)
			}
			ran++
		}
	}
	if ran < 9 {
		t.Errorf("only %d commands were found", ran)
	}
}
