"""Lambda: a registry of functions with their code and their policies, and a small runner for Python handlers.

Code and settings lie in the store, so they survive whatever the rest survives. Each invocation is a process of its own
(`process.py`): the app's own Python without its environment, with the function's variables, the credentials of its
execution role and the sandbox as its AWS; it is killed by its own id when it overruns. Invocations never run in the
writer thread: they are errands (`sandbox/errands.py`).
"""
