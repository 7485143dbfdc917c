// While the site is being written: a page that was built again loads itself again, and says what is wrong.
(() => {
  const words = document.currentScript.dataset.wrong;
  let seen;
  setInterval(async () => {
    try {
      const answer = await fetch("/live-reload.txt", { cache: "no-store" });
      if (!answer.ok) return; // a page built to be written, from a server that only shows it
      const now = await answer.text();
      if (now === seen) return;
      const wrong = now.slice(now.indexOf("\n") + 1);
      if (wrong) {
        const box = document.createElement("pre");
        box.setAttribute("role", "alert");
        box.textContent = `${words}\n\n${wrong}`;
        box.style.cssText = "position:fixed;inset:auto 0 0;z-index:9;margin:0;padding:1rem;max-height:60vh;overflow:auto;white-space:pre-wrap;background:#FFF;color:#A3170F;border-top:3px solid";
        document.body.append(box);
      } else if (seen !== undefined) location.reload();
      seen = now;
    } catch { /* the server is restarting */ }
  }, 500);
})();
