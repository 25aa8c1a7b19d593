package backend

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser is a headless Chromium of this machine, at a window's width.
func browser(t *testing.T, width int64) context.Context {
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
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(found), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(int(width), 900), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "zh-CN"), chromedp.WSURLReadTimeout(60*time.Second))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// shots is where screenshots go: SHOTS, or nowhere.
func shot(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	if err := chromedp.Run(ctx, chromedp.FullScreenshot(&png, 100)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

func signIn(server *httptest.Server, id string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.Navigate(server.URL + "/login"),
		chromedp.SetValue(`input[name=id]`, id, chromedp.ByQuery),
		chromedp.SetValue(`input[name=password]`, strings.ToLower(id), chromedp.ByQuery),
		chromedp.Click(`form.narrow button`, chromedp.ByQuery),
		chromedp.WaitVisible(`#board`, chromedp.ByQuery),
	}
}

// step opens the button of a step, fills its form in and sends it; it is done when the
// ticket's timeline has one more row.
func step(typ string, fields map[string]string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		values, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		var before, after int
		const rows = `document.querySelectorAll('.line-up li').length`
		var problem string
		if err := chromedp.Run(ctx, chromedp.Evaluate(rows, &before)); err != nil {
			return err
		}
		fill := fmt.Sprintf(`(() => {
			const form = document.querySelector('.actions input[value="%s"]')?.form;
			if (!form) return 'no button';
			form.closest('details').querySelector('summary').click();
			for (const [name, value] of Object.entries(%s)) {
				const field = form.elements[name];
				if (!field) return 'no field ' + name;
				field.value = value;
				if (field.value !== value) return name + ' does not offer ' + value;
			}
			return '';
		})()`, typ, values)
		if err := chromedp.Run(ctx, chromedp.Evaluate(fill, &problem)); err != nil || problem != "" {
			return fmt.Errorf("%s: %s %v", typ, problem, err)
		}
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(fmt.Sprintf(`//details[@open]//input[@value="%s"]/../button`, typ), chromedp.BySearch)); err != nil {
			return fmt.Errorf("%s: %w", typ, err)
		}
		if err := chromedp.Run(ctx, chromedp.Evaluate(rows, &after), chromedp.Evaluate(`document.querySelector('.problem')?.textContent ?? ''`, &problem)); err != nil {
			return err
		}
		if after != before+1 {
			return fmt.Errorf("%s: %d rows, then %d; %s", typ, before, after, problem)
		}
		return nil
	})
}

// A complaint goes from the call to the archive, by hand, with the people who have to do with it.
func TestComplaintInTheBrowser(t *testing.T) {
	for _, width := range []int64{1280, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			site := demoSite(t)
			server := httptest.NewServer(site.Handler())
			defer server.Close()
			ctx := browser(t, width)
			name := func(s string) string { return fmt.Sprintf("%d-%s", width, s) }
			var at string
			run := func(actions ...chromedp.Action) {
				t.Helper()
				if err := chromedp.Run(ctx, actions...); err != nil {
					t.Fatal(err)
				}
			}
			run(chromedp.Navigate(server.URL + "/login"))
			shot(ctx, t, name("login"))
			run(signIn(server, "A01"))
			shot(ctx, t, name("board"))
			run(chromedp.Navigate(server.URL+"/tickets/new"),
				chromedp.SetValue(`[name=name]`, "周女士", chromedp.ByQuery), chromedp.SetValue(`[name=phone]`, "13800000000", chromedp.ByQuery),
				chromedp.SetValue(`[name=room]`, "3-1-702", chromedp.ByQuery), chromedp.SetValue(`[name=content]`, "楼道灯坏了三天没人修", chromedp.ByQuery))
			shot(ctx, t, name("new-empty"))
			run(chromedp.SetValue(`[name=kind]`, "complaint", chromedp.ByQuery), chromedp.SetValue(`[name=caller]`, "owner", chromedp.ByQuery), chromedp.SetValue(`[name=severity]`, "minor", chromedp.ByQuery))
			if _, err := chromedp.RunResponse(ctx, chromedp.Click(`.grid button`, chromedp.ByQuery)); err != nil {
				t.Fatal(err)
			}
			run(chromedp.WaitVisible(`.line-up`, chromedp.ByQuery), chromedp.Location(&at))
			until := site.now().In(china).Add(6 * time.Hour).Format("2006-01-02T15:04")
			run(step("triaged", nil), step("promised", map[string]string{"until": until}), step("dispatched", map[string]string{"to": "department_head:H01"}), step("informed", nil))
			shot(ctx, t, name("ticket"))
			run(signIn(server, "H01"), chromedp.Navigate(at), step("started", nil))
			shot(ctx, t, name("ticket-head"))
			run(step("completed", map[string]string{"reason": "换灯"}))
			run(signIn(server, "A01"), chromedp.Navigate(at), step("told", map[string]string{"grade": "satisfied"}), step("rated", map[string]string{"grade": "satisfied"}),
				step("revisited", map[string]string{"channel": "phone", "grade": "satisfied"}), step("archived", nil))
			shot(ctx, t, name("ticket-closed"))
			var state string
			run(chromedp.Text(`.state`, &state, chromedp.ByQuery))
			if state != "已归档" {
				t.Errorf("the complaint is %s", state)
			}
			for _, p := range []string{"agenda", "revisits", "months/2026-10", "messages", "tickets", "verify?month=2026-10", "nowhere"} {
				run(chromedp.Navigate(server.URL + "/" + p))
				shot(ctx, t, name(strings.NewReplacer("/", "-", "?", "-").Replace(p)))
			}
		})
	}
}
