#!/bin/sh
# All static checks; every one runs, and the first failure decides the exit code.
set -u
cd "$(dirname "$0")/.."
PY=${PY:-.venv/bin/python}
failed=0

check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        echo "$output"
        failed=1
    fi
}

deployment() {
    # Values of the right shape and no meaning: production settings have no defaults on purpose.
    key=$("$PY" -m config.embedded.secrets)
    env DJANGO_SETTINGS_MODULE=config.settings.production SECRET_KEY="$key$key" LEDGER_KEY="$key" EVIDENCE_KEY="$key" \
        ALLOWED_HOSTS=fleksibel.example BASE_URL=https://fleksibel.example EMAIL_URL=smtp+tls://user:password@mail.example:587 \
        DATABASE_URL=postgresql://user:password@database.example/fleksibel REDIS_URL=redis://redis.example:6379/0 \
        "$PY" manage.py check --deploy --fail-level WARNING
}

migrations() {
    DJANGO_SETTINGS_MODULE=config.settings.dev "$PY" manage.py makemigrations --check --dry-run
}

check "ruff (style)" "$PY" -m ruff check .
check "ruff (format)" "$PY" -m ruff format --check .
check "djlint (templates)" "$PY" -m djlint --lint --quiet templates config/templates
check "mypy (types)" "$PY" -m mypy .
check "import contracts" "$PY" -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
check "missing migrations" migrations
check "deployment settings" deployment
exit $failed
