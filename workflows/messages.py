"""All that a client of the workflows needs: queues and names."""

from domain.wave import Channel

FACTS_QUEUE = "tocsin"  # workflows, and the activities that read and write facts
MAIL_QUEUE = "tocsin-mail"  # one channel, one queue, one worker
TEXT_QUEUE = "tocsin-sms"
CALL_QUEUE = "tocsin-voice"
ROUTINE_MAIL_QUEUE = "tocsin-mail-routine"  # letters that may wait, beside alerts

QUEUES = {
    Channel.MAIL: MAIL_QUEUE,
    Channel.TEXT: TEXT_QUEUE,
    Channel.CALL: CALL_QUEUE,
}

CRISIS = "crisis"
ALERT_WAVE = "alert_wave"
TRANSMISSION = "transmission"
NOTICE = "notice"
PLAN_REVIEW = "plan_review"
CALENDAR = "calendar"
WAKE = "wake"  # the one signal: look now
