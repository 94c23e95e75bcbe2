"""A schedule as a task of the Windows Task Scheduler: the XML that `schtasks /create /xml` takes."""

from __future__ import annotations

import subprocess
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tracker.schedule.cron import Fields, fields_of
from tracker.schedule.jobs import Job

MOST_TRIGGERS = 48
_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# A day in the past from which the triggers count: in the clock of the machine.
_BEGIN = "2020-01-01T{hour:02}:{minute:02}:00"


def task(job: Job) -> tuple[str, int]:
    """The XML, and how many triggers it has."""
    root = Element("Task", version="1.2", xmlns=_NAMESPACE)
    SubElement(SubElement(root, "RegistrationInfo"), "Description").text = f"tracker schedule {job.name}"
    triggers = SubElement(root, "Triggers")
    _add_triggers(triggers, fields_of(job.when.line))
    settings = SubElement(root, "Settings")
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
    ):
        SubElement(settings, name).text = value
    program = SubElement(SubElement(root, "Actions"), "Exec")
    SubElement(program, "Command").text = job.words[0]
    SubElement(program, "Arguments").text = subprocess.list2cmdline(job.words[1:])
    if job.folder:
        SubElement(program, "WorkingDirectory").text = job.folder
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0"?>\n{text}\n', len(triggers)


def _add_triggers(parent: Element, fields: Fields) -> None:
    every_minute, every_hour = len(fields.minutes) == 60, len(fields.hours) == 24
    minutes = (0,) if every_minute else fields.minutes
    hours = (0,) if every_hour else fields.hours
    for hour in hours:
        for minute in minutes:
            for form in _days(fields):
                trigger = SubElement(parent, "CalendarTrigger")
                if every_minute or every_hour:
                    # A whole day, or the hour, is filled by repeating.
                    repetition = SubElement(trigger, "Repetition")
                    SubElement(repetition, "Interval").text = "PT1M" if every_minute else "PT1H"
                    SubElement(repetition, "Duration").text = "P1D" if every_hour else "PT1H"
                SubElement(trigger, "StartBoundary").text = _BEGIN.format(hour=hour, minute=minute)
                trigger.append(form)


def _days(fields: Fields) -> list[Element]:
    """The forms of day that together are meant."""
    any_day, any_weekday = len(fields.days) == 31, len(fields.weekdays) == 7
    if fields.every_day:
        daily = Element("ScheduleByDay")
        SubElement(daily, "DaysInterval").text = "1"
        return [daily]
    if len(fields.months) == 12 and any_day and fields.both:
        return [_weekly(fields)]
    if any_weekday or not fields.both:
        monthly = [_monthly(fields)]
        return monthly if fields.both else [*monthly, _weekdays_of_months(fields)]
    return [_weekdays_of_months(fields)] if any_day else [_monthly(fields)]


def _weekly(fields: Fields) -> Element:
    weekly = Element("ScheduleByWeek")
    SubElement(weekly, "WeeksInterval").text = "1"
    _add_names(SubElement(weekly, "DaysOfWeek"), [_DAYS[day] for day in fields.weekdays])
    return weekly


def _monthly(fields: Fields) -> Element:
    monthly = Element("ScheduleByMonth")
    days = SubElement(monthly, "DaysOfMonth")
    for day in fields.days:
        SubElement(days, "Day").text = str(day)
    _add_names(SubElement(monthly, "Months"), [_MONTHS[month - 1] for month in fields.months])
    return monthly


def _weekdays_of_months(fields: Fields) -> Element:
    form = Element("ScheduleByMonthDayOfWeek")
    weeks = SubElement(form, "Weeks")
    for week in ("1", "2", "3", "4", "Last"):
        SubElement(weeks, "Week").text = week
    _add_names(SubElement(form, "DaysOfWeek"), [_DAYS[day] for day in fields.weekdays])
    _add_names(SubElement(form, "Months"), [_MONTHS[month - 1] for month in fields.months])
    return form


def _add_names(parent: Element, names: list[str]) -> None:
    for name in names:
        SubElement(parent, name)
