"""Who is asking: signing in, sessions and their cookies.

`routes.routes` is what an application mounts; `sessions.viewer` is what every request asks. Sign-in goes through
GitHub (`github`, `sign_in`), or through a form (`local`) that exists on a loopback origin without GitHub alone.
"""
