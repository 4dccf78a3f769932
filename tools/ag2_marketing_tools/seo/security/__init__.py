"""What protects a site's visitors, as far as it can be seen from outside.

look         all of it, of the page under audit, with as few requests as possible
visits       the visits that the Observatory makes: the page by http and by https, and a CORS preflight
certificate  the server's certificate, in words
reputation   whether Google's lists of dangerous pages name the page
protection   what the rules and the report read, also of a page for which nothing else was asked
"""
