"""The doctor: what is wrong with the learning of a network, why, and what to do."""

from chainrule.insight.doctor.doctor import diagnose, examine
from chainrule.insight.doctor.evidence import Evidence
from chainrule.insight.doctor.finding import Finding
from chainrule.insight.doctor.listener import Doctor
from chainrule.insight.doctor.symptoms import SYMPTOMS, Symptom

__all__ = ["SYMPTOMS", "Doctor", "Evidence", "Finding", "Symptom", "diagnose", "examine"]
