"""Lambda triggers of user pools: which function is asked, with what event, and what its answer means.

A trigger whose answer matters is an errand (`sandbox/errands.py`): the operation's transaction is rolled back, the
function runs while others are served, and the operation runs again with the answer at hand. So a function may itself
call the sandbox, and a slow one delays nobody but its own caller. PostConfirmation runs once the confirmation is on
disk, for it cannot be taken back: a failure is told to the caller, and the user stays confirmed. The custom senders run
then, too, and nobody waits for them.

- `invocation.py` asks a function and turns every way it can fail into Cognito's error;
- the other modules hold one noun each: registration, authentication, migration, messages, senders, token generation,
  custom challenges.
"""
