package backend

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/wuye/ticket"
	"github.com/jackc/pgx/v5"
)

// Staff are those who log in. What each may do the library's table says, by role.
type Staff struct {
	ID, Name string
	Role     ticket.Role
}

func (u Staff) actor() ticket.Actor { return ticket.Actor{Role: u.Role, ID: u.ID} }

// desk reports whether he is of the service desk.
func (u Staff) desk() bool { return u.Role.Tier() > 0 }

const (
	cookie  = "session"
	session = 12 * time.Hour
)

// rounds is how often a new password is hashed; a stored one says how often it was.
var rounds = 600_000

// Hire gives somebody a login, or a new role or password.
func (s *Site) Hire(ctx context.Context, u Staff, password string) error {
	salt := rand.Text()
	_, err := s.pool.Exec(ctx, `insert into staff values ($1, $2, $3, $4) on conflict (id) do update set (role, name, password) = (excluded.role, excluded.name, excluded.password)`,
		u.ID, u.Role, u.Name, hash(password, salt, rounds))
	return err
}

func hash(password, salt string, rounds int) string {
	key, err := pbkdf2.Key(sha256.New, password, []byte(salt), max(1, rounds), 32)
	if err != nil {
		panic(err) // only for a length or a hash that the standard forbids
	}
	return fmt.Sprintf("%d$%s$%x", rounds, salt, key)
}

// hashing bounds how many passwords are tried at once: each costs the machine a good part of a second.
var hashing = make(chan struct{}, 2)

// errLogin is a login that is refused, for whatever reason.
var errLogin = errors.New("backend: wrong number or password")

// login checks a password and gives a new session's token.
func (s *Site) login(ctx context.Context, id, password string) (token string, err error) {
	stored := fmt.Sprintf("%d$$", rounds) // of nobody: takes as long as a wrong password
	if err := s.pool.QueryRow(ctx, "select password from staff where id = $1", id).Scan(&stored); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", err
	}
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	n, rest, _ := strings.Cut(stored, "$")
	salt, _, _ := strings.Cut(rest, "$")
	times, _ := strconv.Atoi(n)
	if subtle.ConstantTimeCompare([]byte(hash(password, salt, times)), []byte(stored)) != 1 {
		return "", errLogin
	}
	return s.newSession(ctx, id)
}

func (s *Site) newSession(ctx context.Context, id string) (token string, err error) {
	token = rand.Text()
	sum := sha256.Sum256([]byte(token))
	_, err = s.pool.Exec(ctx, "with old as (delete from sessions where expires < now()) insert into sessions values ($1, $2, now() + $3)", sum[:], id, session)
	return token, err
}

// who is logged in; nobody is the zero Staff.
func (s *Site) who(r *http.Request) (u Staff, err error) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return Staff{}, nil
	}
	sum := sha256.Sum256([]byte(c.Value))
	err = s.pool.QueryRow(r.Context(), "select s.id, s.role, s.name from sessions join staff s on s.id = staff where token = $1 and expires > now()", sum[:]).Scan(&u.ID, &u.Role, &u.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return u, err
}

func setCookie(w http.ResponseWriter, r *http.Request, token string) {
	c := &http.Cookie{Name: cookie, Value: token, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode, MaxAge: int(session / time.Second)}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (s *Site) logout(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(cookie); err == nil {
		sum := sha256.Sum256([]byte(c.Value))
		if _, err := s.pool.Exec(r.Context(), "delete from sessions where token = $1", sum[:]); err != nil {
			return err
		}
	}
	setCookie(w, r, "")
	return nil
}

// by says as whom a row is written: as himself, or as the customer or an outside authority
// whose word he writes down. Nobody writes as a colleague.
func (u Staff) by(claimed ticket.Actor) (ticket.Actor, error) {
	met := u.desk() || u.Role == ticket.Worker || u.Role == ticket.DepartmentHead // those whom customers speak to
	switch {
	case claimed == ticket.Actor{} || claimed == u.actor():
		return u.actor(), nil
	case claimed == ticket.Actor{Role: ticket.Customer} && met, claimed == ticket.Actor{Role: ticket.Authority} && u.desk():
		return claimed, nil
	}
	return ticket.Actor{}, fmt.Errorf("%w: %s as %s", errBy, u.ID, claimed.Role)
}

// errBy is a row that claims to be another's.
var errBy = errors.New("backend: a row is written in one's own name, or as the customer's word")
