// Command draws makes a draw of orders and its certificate, or checks one, so that an owner
// can see for himself whom the desk had to revisit.
//
//	draws -key KEY -scope SCOPE <orders.txt              the draw, for people, and its certificate
//	draws -key KEY -scope SCOPE -json <orders.txt        the certificate alone
//	draws -key KEY -verify certificate.json <orders.txt  is it what key and orders give?
//	draws -key-file FILE -commit                         the commitment, to publish before the month
//
// Orders are read one a line. The exit status is 0, or 1 if the draw cannot be made or the
// certificate is not right, or 2 for a wrong command line.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"example.com/wuye/rule"
	"example.com/wuye/sampling"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// standard are the schemes that have a name.
var standard = []struct {
	name, zh string
	scheme   sampling.Scheme
}{
	{"routine", "常规派工单", sampling.Routine()},
	{"census", "现金服务，逐单回访", sampling.Census()},
	{"quota", "托收服务，至少八成", sampling.Quota()},
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("draws", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var (
		key        = flags.String("key", "", "the `key` of the draw")
		keyFile    = flags.String("key-file", "", "the key is the first line of this `file`, out of sight of others")
		scope      = flags.String("scope", "", "what is drawn from: `policy/month/scheme`")
		name       = flags.String("scheme", "", "the scheme by `name`: routine, census, quota, or a JSON file that ends in .json (default routine; with -verify any)")
		asJSON     = flags.Bool("json", false, "print the certificate alone")
		verify     = flags.String("verify", "", "check this certificate, a JSON `file`")
		commitment = flags.String("commitment", "", "with -verify: the `digest` that was published before the month")
		commit     = flags.Bool("commit", false, "print the key's commitment")
	)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	usage := func(zh string) int {
		fmt.Fprintln(stderr, zh)
		flags.Usage()
		return 2
	}
	fail := func(err error) int {
		fmt.Fprintln(stderr, err)
		return 1
	}
	switch {
	case flags.NArg() > 0:
		return usage("多余的参数：" + flags.Arg(0))
	case (*key == "") == (*keyFile == ""):
		return usage("密钥：-key 和 -key-file 须用其一")
	case *verify != "" && (*commit || *asJSON) || *commit && *asJSON:
		return usage("-verify、-commit、-json 只能用其一")
	case *commitment != "" && *verify == "":
		return usage("-commitment 只和 -verify 一起用")
	case *scope == "" && *verify == "" && !*commit:
		return usage("缺少抽样范围：-scope 物业/月份/办法")
	}

	if *keyFile != "" {
		text, err := os.ReadFile(*keyFile)
		if err != nil {
			return fail(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		*key = strings.TrimSuffix(first, "\r")
		if *key == "" {
			return fail(fmt.Errorf("%s 的第一行是空的，没有密钥", *keyFile))
		}
	}
	if *commit {
		fmt.Fprintln(stdout, sampling.Commit(*key))
		return 0
	}

	if *name == "" && *verify == "" {
		*name = "routine"
	}
	var scheme sampling.Scheme
	if *name != "" {
		var err error
		if scheme, err = schemeOf(*name); err != nil {
			return fail(err)
		}
	}
	ids, err := readOrders(stdin)
	if err != nil {
		return fail(err)
	}

	if *verify != "" {
		var draw sampling.Draw
		if err := readJSON(*verify, &draw); err != nil {
			return fail(err)
		}
		for _, asked := range []struct{ what, want, got string }{
			{"承诺值", *commitment, draw.Commitment},
			{"抽样范围", *scope, draw.Scope},
		} {
			if asked.want != "" && asked.want != asked.got {
				return fail(fmt.Errorf("不符：%s应为%s，证书上是%s", asked.what, visible(asked.want), visible(asked.got)))
			}
		}
		if *name != "" && !draw.Scheme.Equal(scheme) {
			return fail(fmt.Errorf("不符：证书上的抽样办法不是%s（%s）", *name, draw.Scheme.Clause))
		}
		if err := draw.Verify(*key, ids); err != nil {
			return fail(sentence("不符：", err, ids))
		}
		fmt.Fprintln(stdout, "相符：密钥、名单、数量、名次、上门都对。")
		summary(stdout, draw)
		if *commitment == "" {
			fmt.Fprintln(stdout, "请核对：承诺值与月初公布的是否相同。")
		}
		if !known(draw.Scheme) {
			fmt.Fprintln(stdout, "请核对：抽样办法不是三种标准办法之一，是否为本物业所定。")
		}
		list(stdout, draw)
		return 0
	}

	draw, err := scheme.Draw(*key, *scope, ids)
	if err != nil {
		return fail(sentence("抽不了：", err, ids))
	}
	if !*asJSON {
		summary(stdout, draw)
		list(stdout, draw)
		fmt.Fprintln(stdout, "\n证书")
	}
	certificate := json.NewEncoder(stdout)
	certificate.SetIndent("", "  ")
	certificate.SetEscapeHTML(false)
	if err := certificate.Encode(draw); err != nil {
		return fail(err)
	}
	return 0
}

// schemeOf is the scheme of that name, or the one in that file.
func schemeOf(name string) (sampling.Scheme, error) {
	for _, s := range standard {
		if s.name == name {
			return s.scheme, nil
		}
	}
	if !strings.HasSuffix(name, ".json") {
		return sampling.Scheme{}, fmt.Errorf("没有抽样办法“%s”：须为 routine、census、quota，或以 .json 结尾的文件", name)
	}
	var s sampling.Scheme
	if err := readJSON(name, &s); err != nil {
		return s, err
	}
	if err := s.Validate(); err != nil {
		return s, fmt.Errorf("%s：%s", name, rule.Zh(err))
	}
	return s, nil
}

func known(s sampling.Scheme) bool {
	for _, k := range standard {
		if k.scheme.Equal(s) {
			return true
		}
	}
	return false
}

// readJSON reads one value from a file and refuses fields that it does not know.
func readJSON(name string, into any) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s 读不懂：%v", name, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%s 读不懂：后面还有别的内容", name)
	}
	return nil
}

// readOrders reads order numbers, one a line, as sha256sum and sort would: every byte counts.
// A file in the way of Windows is refused, for it would give other ranks than the same list
// without its carriage returns.
func readOrders(r io.Reader) ([]string, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		return nil, errors.New("名单开头有 BOM 标记，请另存为不带 BOM 的 UTF-8 文本")
	}
	if i := bytes.IndexByte(text, '\r'); i >= 0 {
		return nil, fmt.Errorf("名单第%d行有回车符，请先转换换行：tr -d '\\r'", 1+bytes.Count(text[:i], []byte{'\n'}))
	}
	if len(text) == 0 {
		return nil, nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
}

// sentence is an error of the library for people, with its clause, or with the lines of the
// order number that it names.
func sentence(before string, err error, ids []string) error {
	zh := rule.Zh(err)
	if zh == "" {
		zh = err.Error()
	}
	if m, ok := errors.AsType[*sampling.Mismatch](err); ok && m.Clause != "" {
		zh += "（" + string(m.Clause) + "）"
	}
	if bad, ok := errors.AsType[*sampling.IDError](err); ok {
		var lines []string
		for i, id := range ids {
			if id == bad.ID && len(lines) < 5 {
				lines = append(lines, strconv.Itoa(i+1))
			}
		}
		zh += "（第" + strings.Join(lines, "、") + "行）"
	}
	return errors.New(before + zh)
}

func summary(w io.Writer, d sampling.Draw) {
	b, _ := d.Scheme.Bracket(d.Population)
	how := "本物业自定"
	for _, s := range standard {
		if s.scheme.Equal(d.Scheme) {
			how = s.zh
		}
	}
	fmt.Fprintf(w, "范围    %s（%s）\n", visible(d.Scope), how)
	fmt.Fprintf(w, "数量    %d 单中抽 %d 单", d.Population, d.Size)
	if d.Population > 0 {
		if b.Percent > 0 {
			fmt.Fprintf(w, "（%s：%d%%）", b.Clause, b.Percent)
		} else {
			fmt.Fprintf(w, "（%s：%d 单）", b.Clause, b.Take)
		}
	}
	if d.Visits > 0 {
		fmt.Fprintf(w, "，其中上门至少 %d 单（%s）", d.Visits, d.Scheme.Clause)
	}
	fmt.Fprintf(w, "，替补 %d 单\n", len(d.Reserve()))
	fmt.Fprintf(w, "承诺值  %s\n", d.Commitment)
	fmt.Fprintf(w, "名单    %s\n", d.Digest)
}

// list is the ranked orders after an empty line; the number comes last, for its width is
// anybody's guess.
func list(w io.Writer, d sampling.Draw) {
	if len(d.Ranked) > 0 {
		fmt.Fprintln(w)
	}
	place := 0
	for _, part := range []struct {
		mode string
		ids  []string
	}{{"上门", d.ToVisit()}, {"电话", d.ToCall()}, {"替补", d.Reserve()}} {
		for _, id := range part.ids {
			place++
			fmt.Fprintf(w, "%6d  %s  %s\n", place, part.mode, visible(id))
		}
	}
}

// visible is a text that may have come from anywhere, fit for a terminal.
func visible(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}
