"""Sign-in through external providers: OpenID Connect and SAML, and two built-in providers to try it with."""
