"""The doctor: what is wrong with the learning of a network, why, and what to do."""

from chainrule.doctor.doctor import diagnose, examine
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.listener import Doctor
from chainrule.doctor.symptoms import SYMPTOMS, Symptom

__all__ = ["SYMPTOMS", "Doctor", "Evidence", "Finding", "Symptom", "diagnose", "examine"]
