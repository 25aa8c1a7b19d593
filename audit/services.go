package audit

import (
	"slices"
	"time"

	"example.com/wuye/ticket"
)

// reconfirmed: who cannot come at the appointed time says so before it. It implements SP-2.3c.
func (c *dossier) reconfirmed(k *check) {
	var appointed time.Time
	for _, r := range c.rows {
		switch {
		case r.is == registered && r.facts.Nature == ticket.Special, r.is == rescheduled && r.At.Before(appointed):
			appointed = r.Until
		case r.is&(reopened|withdrawn|declined|abandoned) != 0:
			appointed = time.Time{}
		case !appointed.IsZero() && r.At.After(appointed) && r.is&(arrived|rescheduled) != 0:
			c.find(k.clause, appointed, r.By, "没有按约定时间上门，事先也没有与客户另约", k.want)
			appointed = time.Time{}
		case r.is == arrived:
			appointed = time.Time{}
		}
	}
}

// receiptLogged: the worker logs that he has the slip before he starts. It implements SP-2.4.2a.
func (c *dossier) receiptLogged(k *check) {
	for y := range c.with(started) {
		i := first(y.rows, started)
		if y.rows[i].facts.Nature == ticket.Special && first(y.rows[:i], acknowledged) < 0 {
			c.find(k.clause, y.rows[i].At, y.rows[i].By, "开工前没有登记接单时间", k.want)
		}
	}
}

// inspectedFirst: what is to be done was looked at on site before the price was agreed for the
// first time. It implements SP-2.4.2c.
func (c *dossier) inspectedFirst(k *check) {
	i := first(c.rows, agreed)
	if r := c.rows[i]; r.facts.Nature == ticket.Special && !slices.ContainsFunc(c.rows, func(o row) bool { return o.is == inspected && !o.At.After(r.At) }) {
		c.find(k.clause, r.At, r.By, "谈价之前没有到现场看清的记录", k.want)
	}
}

// drawnOnRecord: materials and tools that come back to the store were drawn there on record. A
// service that needed none has neither row, and no row says that it needed some. It implements
// SP-2.4.3.
func (c *dossier) drawnOnRecord(k *check) {
	i := first(c.rows, givenBack)
	if r := c.rows[i]; r.facts.Nature == ticket.Special && !slices.ContainsFunc(c.rows, func(o row) bool { return o.is == issued && !o.At.After(r.At) }) {
		c.find(k.clause, r.At, r.By, "退回的材料和工具没有领借的记录", k.want)
	}
}

// writtenOff: the slip of a special service that was done is written off. No limit says by when:
// it is judged from the archive on, and may still come. It implements SP-2.6.1.1a.
func (c *dossier) writtenOff(k *check) {
	if r := c.rows[first(c.rows, archived)]; c.done(r) && c.seen&writtenOff == 0 {
		c.find(k.clause, r.At, r.By, "归档了，派工单还没有核销", k.want)
	}
}

// givenBack: what was drawn at the store for a special service that was done goes back there
// after it was last drawn; judged as writtenOff is. It implements SP-2.6.1.1b.
func (c *dossier) givenBack(k *check) {
	r := c.rows[first(c.rows, archived)]
	var drawn time.Time
	for _, o := range c.rows {
		if o.is == issued && o.At.After(drawn) {
			drawn = o.At
		}
	}
	if c.done(r) && !drawn.IsZero() && !slices.ContainsFunc(c.rows, func(o row) bool { return o.is == givenBack && !o.At.Before(drawn) }) {
		c.find(k.clause, r.At, r.By, "归档了，领借的材料和工具还没有退回", k.want)
	}
}

// done reports whether the ticket was a special service at that row, and was done.
func (c *dossier) done(r row) bool {
	return r.facts.Nature == ticket.Special && c.seen&(completed|signedOff) != 0
}

// inbound: what was transferred in keeps the sender's number, is not lowered below important,
// and when it is archived both the sender and the customer, if he gave a name, were answered: a
// Told to an authority is the sender's, any other answer the customer's. It implements
// WY-inbound; its reply-by is a promise, which has its clock.
func (c *dossier) inbound(k *check) {
	i := first(c.rows, registered)
	if r := c.rows[i]; r.Channel != ticket.Inbound {
		return
	} else if r.Ref == "" {
		c.find(k.clause, r.At, r.By, "转办单没有记下对方编号", "登记时记下对方编号")
	}
	for _, r := range c.rows[i:] {
		if r.is == reranked && r.Severity == ticket.Minor {
			c.find(k.clause, r.At, r.By, "转办单被降为轻微", "至少按重要办")
		}
	}
	if c.unrecorded(ticket.Told) {
		return
	}
	for y := range c.with(archived) {
		end := first(y.rows, archived)
		var sender, owner bool
		for _, r := range y.rows {
			toSender := r.is == told && r.To.Role == ticket.Authority
			sender = sender || toSender
			owner = owner || r.is&answer != 0 && !toSender
		}
		at, by := y.rows[end].At, y.rows[end].By
		if !sender {
			c.find(k.clause, at, by, "归档前没有答复转办单位", "归档前答复转办单位")
		}
		if !owner && named(y.now()) {
			c.find(k.clause, at, by, "归档前没有答复业主", "归档前答复业主")
		}
	}
}
