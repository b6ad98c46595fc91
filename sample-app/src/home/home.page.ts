/** The page at the application's address: a form that sends a text message, and the response. */
export const HOME_PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>nestjs-easemob sample application</title>
  <style>
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
    label { display: block; margin: 0.75rem 0; }
    input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: 0.4rem; }
    button { font: inherit; padding: 0.4rem 1.2rem; }
    pre { background: #f4f4f4; padding: 1rem; overflow-x: auto; }
  </style>
  <h1>Send a message</h1>
  <form>
    <label>From <input name="from" value="user1" /></label>
    <label>To, separated by commas <input name="target" value="user2, user3" required /></label>
    <label>Text <input name="text" value="testmessage" /></label>
    <button>Send</button>
  </form>
  <h2>Response</h2>
  <pre id="response" aria-live="polite">Nothing was sent yet.</pre>
  <script>
    const form = document.querySelector('form');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const fields = new FormData(form);
      const response = await fetch('/messages/text', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          target_type: 'users',
          target: fields.get('target').split(',').map((target) => target.trim()),
          msg: { type: 'txt', msg: fields.get('text') },
          from: fields.get('from') || undefined,
        }),
      });
      document.querySelector('#response').textContent = JSON.stringify(await response.json(), null, 2);
    });
  </script>
</html>
`;
