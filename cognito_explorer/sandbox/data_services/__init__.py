"""DynamoDB, SQS, SNS and KMS by moto, behind the gate: what each call asks for in IAM's terms.

Every call passes three steps: its parameters are validated by botocore's model, `accesses.py` says what it needs to be
allowed, and only then moto gets it, written anew so plainly that it cannot be read in two ways. A call that is mapped
nowhere is refused by name.
"""
