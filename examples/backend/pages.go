package backend

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var static embed.FS

// each page is the layout with one file's "main".
var templates = func() map[string]*template.Template {
	set := map[string]*template.Template{}
	names, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err)
	}
	for _, n := range names {
		set[strings.TrimSuffix(n.Name(), ".html")] = template.Must(template.New("layout.html").Funcs(funcs).ParseFS(templateFiles, "templates/layout.html", "templates/fields.html", "templates/"+n.Name()))
	}
	return set
}()

var funcs = template.FuncMap{
	"at": func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(china).Format("01-02 15:04")
	},
	"due":   dueText,
	"span":  span,
	"join":  strings.Join,
	"clock": func(t time.Time) string { return t.In(china).Format("2006-01-02T15:04") },
	"next":  func(seq int) int { return seq + 1 },
	"pair": func(a string, b []wuye.Item) struct {
		A string
		B []wuye.Item
	} {
		return struct {
			A string
			B []wuye.Item
		}{a, b}
	},
	"lastMonth": func(t time.Time) calendar.Month { return calendar.DateOf(t).Month().Add(-1) },
	"fill": func(f Field, form url.Values) Field { // what was refused comes back
		f.Value = cmp.Or(form.Get(f.Name), f.Value)
		return f
	},
	"said": func(i wuye.Item) string { // beside the link to its ticket
		return strings.TrimPrefix(i.Zh, "工单 "+i.Ticket+"：")
	},
	"target": func(s string) string {
		return strings.NewReplacer("at least ", "不低于 ", "below ", "低于 ").Replace(s)
	},
	"step": func(a Action, t ticket.Ticket, form url.Values) any {
		return struct {
			Action
			Ticket ticket.Ticket
			Form   url.Values
			Open   bool
		}{a, t, form, form.Get("type") == string(a.Type)}
	},
	"moves":         func(form url.Values) bool { return ticket.EventType(form.Get("type")).Moves() },
	"revisitFields": revisitFields,
	"missedFields":  missedFields,
	"entryFields":   moneyFields,
}

// dueText is a deadline; midnight that ends a day is that day's 24:00.
func dueText(d sla.Due) string {
	at := d.At.In(china)
	switch {
	case d.Unpublished != 0:
		return fmt.Sprintf("待 %d 年放假通知", d.Unpublished)
	case d.At.IsZero():
		return "未定期限"
	case d.Whole && at.Hour() == 0 && at.Minute() == 0:
		return at.Add(-time.Second).Format("01-02") + " 24:00"
	}
	return at.Format("01-02 15:04")
}

// span is a length of time in its two largest units.
func span(d time.Duration) string {
	day, hour, minute := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case day > 0 && hour > 0:
		return fmt.Sprintf("%d天%d小时", day, hour)
	case day > 0:
		return fmt.Sprintf("%d天", day)
	case hour > 0 && minute > 0:
		return fmt.Sprintf("%d小时%d分", hour, minute)
	case hour > 0:
		return fmt.Sprintf("%d小时", hour)
	}
	return fmt.Sprintf("%d分", minute)
}

// A page is what every template is given.
type page struct {
	Site, Title, Path string
	User              Staff
	Now               time.Time
	Problem           *problem
	Form              url.Values // as it came in, where it was refused
	Data              any
}

// pages adds the pages to the mux. Those that are open ask for no login.
func (s *Site) pages(mux *http.ServeMux) {
	files := http.FileServerFS(static)
	mux.HandleFunc("GET /static/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		files.ServeHTTP(w, r)
	})
	serve := func(pattern string, open bool, h handler) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			u, err := s.who(r)
			if err == nil && u.ID == "" && !open {
				http.Redirect(w, r, "/login", http.StatusSeeOther)
				return
			}
			p := page{Site: s.Name, Path: r.URL.Path, User: u, Now: s.now()}
			name := "error"
			if err == nil && r.Method == http.MethodPost {
				err = parseForm(r)
			}
			if err == nil {
				name, p.Title, p.Data, err = h(w, r, u)
			}
			if to, ok := err.(redirect); ok {
				http.Redirect(w, r, string(to), http.StatusSeeOther)
				return
			}
			status := http.StatusOK
			if err != nil {
				problem := problemOf(r, err)
				status, p.Problem, p.Form = problem.status, &problem, r.PostForm
				if p.Data == nil {
					name, p.Title = "error", "办不了"
				}
			}
			var out bytes.Buffer
			block := "layout.html"
			if name == "board" && r.URL.Query().Has("part") {
				block = "board"
			}
			if err := templates[name].ExecuteTemplate(&out, block, p); err != nil {
				http.Error(w, problemOf(r, err).Message, http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			w.Write(out.Bytes())
		})
	}
	serve("GET /login", true, func(http.ResponseWriter, *http.Request, Staff) (string, string, any, error) {
		return "login", "登录", struct{}{}, nil
	})
	serve("POST /login", true, func(w http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
		token, err := s.login(r.Context(), r.PostForm.Get("id"), r.PostForm.Get("password"))
		if err == nil {
			setCookie(w, r, token)
			err = redirect("/")
		}
		return "login", "登录", struct{}{}, err
	})
	serve("POST /logout", false, func(w http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
		if err := s.logout(w, r); err != nil {
			return "", "", nil, err
		}
		return "", "", nil, redirect("/login")
	})
	serve("GET /{$}", false, s.pageBoard)
	serve("GET /tickets", false, s.pageTickets)
	serve("GET /tickets/new", false, s.pageNew)
	serve("POST /tickets", false, s.postTicket)
	serve("GET /tickets/{id}", false, s.pageTicket)
	serve("POST /tickets/{id}", false, s.postStep)
	serve("POST /tickets/{id}/money", false, s.postMoney)
	serve("GET /agenda", false, s.pageAgenda)
	serve("POST /duties", false, s.postDuty)
	serve("GET /revisits", false, s.pageRevisits)
	serve("GET /months/{month}", false, s.pageMonth)
	serve("POST /months/{month}", false, s.postMonth)
	serve("GET /messages", false, s.pageMessages)
	serve("GET /verify", true, s.pageVerify)
	serve("POST /verify", true, s.pageVerify)
	serve("/", true, func(http.ResponseWriter, *http.Request, Staff) (string, string, any, error) {
		return "", "", nil, errNotFound
	})
}

// A handler gives a template's name, the page's title and its data. What it gives together with
// an error is shown with that; without data the error has a page of its own.
type handler func(w http.ResponseWriter, r *http.Request, u Staff) (name, title string, data any, err error)

// A redirect is a handler's answer that leads to another page.
type redirect string

func (r redirect) Error() string { return "redirect to " + string(r) }

func parseForm(r *http.Request) error {
	err := r.ParseForm()
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok || err == nil {
		return err
	}
	return malformed("表单有误")
}
