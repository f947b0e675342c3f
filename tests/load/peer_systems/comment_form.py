"""A comment form as tutorials have it: Flask and psycopg2 behind gunicorn, in an environment apart.

A form is checked, its row inserted as one that waits for its moderator, and nothing is scored.
"""

import os
from typing import Any

import psycopg2.pool
from flask import Flask, request

TABLE = """create table if not exists comment_form (
    id bigserial primary key, page text not null, name text not null, email text not null,
    website text, body text not null, approved boolean not null default false,
    submitted_at timestamptz not null default now())"""
INSERT = """insert into comment_form (page, name, email, website, body)
    values (%(page)s, %(name)s, %(email)s, %(website)s, %(body)s) returning id"""

app = Flask(__name__)
pool = psycopg2.pool.ThreadedConnectionPool(1, 16, os.environ["FORM_DSN"])


@app.post("/comments")
def insert() -> tuple[dict[str, Any], int]:
    """Keep a comment that has all it needs."""
    form = {field: request.form.get(field, "").strip() for field in ("name", "email", "body")}
    if not all(form.values()) or "@" not in form["email"]:
        return {"error": "name, e-mail and body are needed"}, 422
    row = {**form, "page": request.form["page"], "website": request.form.get("website")}
    connection = pool.getconn()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(INSERT, row)
            (new,) = cursor.fetchone()
    finally:
        pool.putconn(connection)
    return {"id": new}, 201


def prepare() -> None:
    """Make the table, in one worker at a time."""
    connection = pool.getconn()
    with connection, connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(1)")
        cursor.execute(TABLE)
    pool.putconn(connection)


prepare()
