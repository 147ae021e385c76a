"""The command line. One file per command; heavy parts are imported by the command that needs them."""

import sys

import typer

from waihu import __version__
from waihu.cli import (
    abandoned,
    agent,
    audit,
    caller_id,
    campaign,
    check,
    consent,
    demo,
    dialplan,
    dnc,
    doctor,
    evidence,
    import_,
    lead,
    menu,
    migrate,
    order,
    queue,
    recall,
    report,
    routing,
    rules,
    run,
    say,
    simulate,
    speech,
    trunk,
    user,
    webhook,
    why,
)
from waihu_models.errors import WaihuError

app = typer.Typer(
    name="waihu",
    help="Waihu (外呼): an outbound and blended contact centre on Asterisk.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"waihu {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options of every command."""


app.command("run")(run.run)
app.command("demo")(demo.demo)
app.add_typer(campaign.app, name="campaign")
campaign.app.command("order")(order.order)
app.add_typer(lead.app, name="lead")
app.add_typer(agent.app, name="agent")
app.add_typer(queue.app, name="queue")
app.add_typer(user.app, name="user")
app.add_typer(webhook.app, name="webhook")
app.command("import")(import_.import_)
app.command("report")(report.report)
app.command("simulate")(simulate.simulate)
app.command("abandoned")(abandoned.abandoned)
app.add_typer(dnc.app, name="dnc")
app.add_typer(why.app, name="why")
app.add_typer(rules.app, name="rules")
app.add_typer(routing.app, name="routing")
app.add_typer(consent.app, name="consent")
app.add_typer(caller_id.app, name="caller-id")
app.add_typer(speech.app, name="speech")
app.add_typer(trunk.app, name="trunk")
app.command("say")(say.say)
app.add_typer(dialplan.app, name="dialplan")
app.add_typer(menu.app, name="menu")
app.add_typer(recall.app, name="recall")
app.command("audit")(audit.audit)
app.command("evidence")(evidence.evidence)
app.command("doctor")(doctor.doctor)
app.command("check")(check.check)
app.command("migrate")(migrate.migrate)


def main() -> None:
    """Run the command line; an error of ours is one line, not a traceback."""
    try:
        app()
    except WaihuError as error:
        typer.secho(f"waihu: {error}", fg="red", err=True)
        sys.exit(2 if error.code.startswith("bad_") else 1)
