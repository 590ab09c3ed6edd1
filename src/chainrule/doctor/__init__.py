"""The doctor: what is wrong with the learning of a network, why, and what to do."""

from chainrule.doctor import symptoms
from chainrule.doctor.callback import Doctor
from chainrule.doctor.doctor import diagnose, examine
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import Symptom, known_symptoms

__all__ = ["Doctor", "Evidence", "Finding", "Symptom", "diagnose", "examine", "known_symptoms", "symptoms"]
