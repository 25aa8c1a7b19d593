package backend

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/ticket"
	"github.com/chromedp/chromedp"
)

// A tab is one of a headless Chromium of this machine, looking at a site.
type tab struct {
	*testing.T
	ctx  context.Context
	base string
	name string // of its screenshots
}

func newTab(t *testing.T, s *Site, width int64) *tab {
	t.Helper()
	found := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			found = path
			break
		}
	}
	if found == "" {
		const message = "no Chromium: install one (Debian: apt-get install chromium)"
		if os.Getenv("CI") != "" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(found), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.WSURLReadTimeout(60*time.Second))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{t, ctx, server.URL, fmt.Sprint(width)}
	b.do(chromedp.EmulateViewport(width, 900))
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// value is what an expression of the page gives.
func value[T any](b *tab, js string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal(js, ": ", err)
	}
	return v
}

// load does something that leads to another page, and waits for that.
func (b *tab) load(step chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, step); err != nil {
		b.Fatal(err, ", at ", value[string](b, "location.pathname + ' ' + document.activeElement.outerHTML.slice(0, 200)"))
	}
}

// open goes to a page and checks what must hold on every page.
func (b *tab) open(path string) {
	b.Helper()
	b.load(chromedp.Navigate(b.base + path))
	b.check(path)
}

// shot keeps a picture of the page in the directory SHOTS, if that is set.
func (b *tab) shot(name string) {
	b.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, b.name+"-"+name+".png"), png, 0o644); err != nil {
		b.Fatal(err)
	}
}

// check is what must hold on every page, whatever its width: nothing sticks out, every field
// has a label, everything that is clicked can be reached by the keyboard and hit by a thumb,
// text stands out from its ground as WCAG AA asks, nothing moved while the page came, nothing
// came from elsewhere.
func (b *tab) check(page string) {
	b.Helper()
	for _, fault := range value[[]string](b, `(async () => {
		const faults = [], seen = e => e.checkVisibility() && e.getClientRects().length > 0;
		if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the window: ' + document.documentElement.scrollWidth);
		for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
			if (!e.labels.length && !e.ariaLabel) faults.push('no label: ' + e.name);
		for (const e of document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')) {
			if (!seen(e)) continue;
			if (e.tabIndex < 0) faults.push('not by keyboard: ' + e.outerHTML.slice(0, 80));
			if (e.matches('button, summary, select, input:not([type=checkbox])') && e.getBoundingClientRect().height < 36) faults.push('too small: ' + e.outerHTML.slice(0, 80));
		}
		const light = c => c.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
		const rgb = s => s.match(/[\d.]+/g).map(Number);
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let n; n = texts.nextNode();) {
			const e = n.parentElement;
			if (!n.data.trim() || !seen(e) || e.closest('.skip, .hide')) continue;
			const style = getComputedStyle(e), ink = rgb(style.color).slice(0, 3);
			let g = e, ground = [255, 255, 255];
			for (; g; g = g.parentElement) { const c = rgb(getComputedStyle(g).backgroundColor); if (c.length < 4 || c[3] > 0) { ground = c.slice(0, 3); break; } }
			const [hi, lo] = [light(ink), light(ground)].sort((x, y) => y - x), size = parseFloat(style.fontSize);
			const least = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
			if ((hi + 0.05) / (lo + 0.05) < least) faults.push('contrast ' + ((hi + 0.05) / (lo + 0.05)).toFixed(2) + ': ' + n.data.trim().slice(0, 20));
		}
		const moved = await new Promise(done => { let sum = 0; new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value; })).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 120); });
		if (moved > 0.01) faults.push('moved while it came: ' + moved.toFixed(3));
		for (const r of performance.getEntriesByType('resource')) if (!r.name.startsWith(location.origin)) faults.push('from elsewhere: ' + r.name);
		return [...new Set(faults)];
	})()`) {
		b.Errorf("%s at %s px: %s", page, b.name, fault)
	}
}

func (b *tab) signIn(id string) {
	b.Helper()
	b.open("/login")
	b.do(chromedp.SendKeys("input[name=id]", id), chromedp.SendKeys("input[name=password]", strings.ToLower(id)))
	b.load(chromedp.Click("form.narrow button"))
	b.check("/")
}

// fill opens the button of a step and fills its form in; the form's own button is #send then.
func (b *tab) fill(typ string, fields map[string]string) {
	b.Helper()
	values, err := json.Marshal(fields)
	if err != nil {
		b.Fatal(err)
	}
	if fault := value[string](b, fmt.Sprintf(`(() => {
		const form = document.querySelector('.actions input[value="%s"]')?.form;
		if (!form) return 'no button';
		for (let all = form; all = all.parentElement.closest('details');) if (!all.open) all.querySelector('summary').click();
		for (const [name, value] of Object.entries(%s ?? {})) {
			const field = form.elements[name];
			if (!field) return 'no field ' + name;
			field.value = value;
			if (field.value !== value) return name + ' does not offer ' + value;
		}
		form.querySelector('button').id = 'send';
		return '';
	})()`, typ, values)); fault != "" {
		b.Fatal(typ, ": ", fault)
	}
}

// step takes a step by its button: the timeline has one more row.
func (b *tab) step(typ string, fields map[string]string) {
	b.Helper()
	const rows = `document.querySelectorAll('.line-up li').length`
	before := value[int](b, rows)
	b.fill(typ, fields)
	b.load(chromedp.Click("#send"))
	b.check(typ)
	if after := value[int](b, rows); after != before+1 {
		b.Fatalf("%s: %d rows, then %d; %s", typ, before, after, value[string](b, `document.querySelector('.problem')?.textContent ?? ''`))
	}
}

// A complaint goes from the call to the archive by hand, with the people who have to do with it.
func TestComplaintInTheBrowser(t *testing.T) {
	t.Parallel()
	site := demoSite(t)
	wait(t, "the month's end", 20*time.Second, func() bool { _, err := site.Certificate(t.Context(), site.lastMonth()); return err == nil })
	for _, width := range []int64{1280, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := newTab(t, site, width)
			b.open("/login")
			b.shot("login")
			b.signIn("A01")
			b.shot("board")
			b.open("/tickets/new")
			b.shot("new")
			b.do(chromedp.SendKeys("[name=name]", "周女士"), chromedp.SendKeys("[name=phone]", "13800000000"), chromedp.SendKeys("[name=room]", "3-1-702"), chromedp.SendKeys("[name=content]", "楼道灯坏了三天没人修"),
				chromedp.SetValue("[name=kind]", "complaint"), chromedp.SetValue("[name=caller]", "owner"), chromedp.SetValue("[name=severity]", "minor"))
			b.load(chromedp.Click("main form button"))
			at := strings.TrimPrefix(value[string](b, "location.href"), b.base)

			// Taking it on by keyboard alone: to the button, open, to its own button, send.
			for range 60 {
				if value[string](b, `document.activeElement.matches('summary') ? document.activeElement.parentElement.querySelector('[name=type]').value : ''`) == "triaged" {
					break
				}
				b.do(chromedp.KeyEvent("\t"))
			}
			b.do(chromedp.KeyEvent("\r"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"))
			for range 8 { // the parts of a date are tabbed through one by one
				if value[string](b, "document.activeElement.tagName") == "BUTTON" {
					break
				}
				b.do(chromedp.KeyEvent("\t"))
			}
			b.load(chromedp.KeyEvent("\r"))
			if got := value[string](b, "document.querySelector('.state').textContent"); got != "待派工" {
				t.Fatal("by keyboard the ticket is ", got)
			}

			until := site.now().In(china).Add(6 * time.Hour).Format("2006-01-02T15:04")
			b.step("promised", map[string]string{"until": until})
			b.step("dispatched", map[string]string{"to": "department_head:H01"})

			// A colleague writes first: the form that was read before is refused, comes back, and is good then.
			b.open(at)
			seq := 1 + count(t, site, "events where ticket = $1", path.Base(at))
			if _, err := site.Step(t.Context(), ticket.Event{Ticket: path.Base(at), Seq: seq, Type: ticket.Urged, By: ticket.Actor{Role: ticket.Assistant, ID: "A02"}}, "A02"); err != nil {
				t.Fatal(err)
			}
			b.fill("informed", map[string]string{"reason": "正在约工人"})
			b.load(chromedp.Click("#send"))
			b.check("a conflict")
			b.shot("conflict")
			if got := value[string](b, `document.querySelector('.problem').textContent + document.querySelector('.actions details[open] [value=informed] ~ label textarea').value`); !strings.Contains(got, "刷新") || !strings.Contains(got, "正在约工人") {
				t.Error("after a conflict: ", got)
			}
			b.step("informed", nil)
			b.shot("ticket")
			b.signIn("H01")
			b.open(at)
			b.step("started", nil)
			b.shot("ticket-head")
			b.step("completed", map[string]string{"reason": "换灯"})
			b.signIn("A01")
			b.open(at)
			b.step("told", map[string]string{"grade": "satisfied"})
			b.step("rated", map[string]string{"grade": "satisfied"})
			if slices.Contains(value[[]string](b, `[...document.querySelectorAll('.actions [name=type]')].map(e => e.value)`), "archived") {
				t.Error("a complaint can be archived before it was revisited")
			}
			b.step("revisited", map[string]string{"channel": "phone", "grade": "satisfied"})
			b.step("archived", nil)
			b.shot("ticket-closed")
			if got := value[string](b, "document.querySelector('.state').textContent"); got != "已归档" {
				t.Errorf("the complaint is %s", got)
			}
			for _, p := range []string{"agenda", "revisits", "months/2026-10", "months/2026-11", "messages", "tickets", "nowhere"} {
				b.open("/" + p)
				b.shot(strings.ReplaceAll(p, "/", "-"))
			}

			// The revisit plan: one that was drawn is ticked off.
			b.open("/revisits")
			id := value[string](b, `(() => {
				const one = [...document.querySelectorAll('.plan li')].find(e => e.textContent.includes('TR-4.3b') && e.textContent.includes('上门'));
				one.querySelector('summary').click();
				const form = one.querySelector('form');
				form.elements.channel.value = 'visit';
				form.elements.grade.value = 'satisfied';
				form.querySelector('button').id = 'send';
				return one.querySelector('a').textContent;
			})()`)
			b.load(chromedp.Click("#send"))
			b.check("the plan, one ticked off")
			if got := value[[]string](b, `[...document.querySelectorAll('li.done a')].map(e => e.textContent)`); !slices.Contains(got, id) {
				t.Errorf("%s is not among those revisited: %s", id, got)
			}

			b.open("/verify?month=2026-10")
			b.load(chromedp.Click(".grid button"))
			b.shot("verify")
			if value[int](b, "document.querySelectorAll('.ok').length") != 1 {
				t.Error("the published draw does not verify")
			}
			b.do(chromedp.SendKeys("[name=key]", "x"))
			b.load(chromedp.Click(".grid button"))
			if value[int](b, "document.querySelectorAll('.ok').length") != 0 || value[int](b, "document.querySelectorAll('.problem').length") != 1 {
				t.Error("another key verifies the draw")
			}
		})
	}
}

// The board changes by itself, keeps the focus and moves nothing.
func TestBoardUpdatesItself(t *testing.T) {
	t.Parallel()
	site := demoSite(t)
	site.Refresh = time.Second
	b := newTab(t, site, 1280)
	b.signIn("A01")
	before := value[string](b, "document.querySelector('#board .note').textContent")
	b.do(chromedp.Focus(".lane a"))
	on := value[string](b, "document.activeElement.getAttribute('href')")
	site.Ahead += time.Hour
	wait(t, "the board's update", 30*time.Second, func() bool {
		return value[string](b, "document.querySelector('#board .note').textContent") != before
	})
	b.check("the board, updated")
	if got := value[string](b, "document.activeElement.getAttribute('href') ?? ''"); got != on {
		t.Errorf("the focus was on %q, then on %q", on, got)
	}
}
