// The board fetches itself again. What has the focus keeps it, and nothing moves unless
// something is due.
const board = document.getElementById('board');
if (board) setInterval(async () => {
	if (document.hidden) return;
	try {
		const answer = await fetch(board.dataset.refresh);
		if (answer.redirected) return location.reload(); // the session is over
		if (!answer.ok) return;
		const text = await answer.text();
		const focused = board.contains(document.activeElement) && document.activeElement.getAttribute('href');
		board.innerHTML = text;
		if (focused) board.querySelector('a[href="' + CSS.escape(focused) + '"]')?.focus({preventScroll: true});
	} catch { /* no network: the time on the board says how old it is */ }
}, board.dataset.every);
