import { html } from '../platform/html/html.js';

/** The page on which somebody says who they are, at the stand-in for the organisation's sign-in. */
export function staffSignInPage(query: string, wrong: boolean): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Demo sign-in</title>
      </head>
      <body>
        <main>
          <h1>Demo sign-in</h1>
          <p>
            This stands for your organisation’s identity provider. Say who you are and which roles you have; the
            password is the operators’ token that the service printed (<code>adminToken</code>).
          </p>
          ${wrong && html`<p role="alert">That is not the operators’ token, or a field is empty.</p>`}
          <form method="post" action="/dev/authorize?${query}">
            <p>
              <label for="sub">Name</label> <input id="sub" name="sub" value="rita.reviewer" autocomplete="username" />
            </p>
            <p><label for="roles">Roles</label> <input id="roles" name="roles" value="reviewer" /></p>
            <p>
              <label for="password">Password</label>
              <input id="password" name="password" type="password" autocomplete="current-password" />
            </p>
            <button type="submit">Sign in</button>
          </form>
        </main>
      </body>
    </html>`.toString();
}
