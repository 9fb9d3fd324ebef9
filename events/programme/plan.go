package programme

func planForms() []Form {
	return []Form{
		form[RegisterOrganisation]("organisation", "register", OfProgramme, "make an organisation known here"),
		form[AmendOrganisation]("organisation", "amend", OfProgramme, "say anew what is known of an organisation"),
		form[RegisterPerson]("person", "register", OfProgramme, "let a pseudonym stand for somebody"),
		form[AmendPerson]("person", "amend", OfProgramme, "say anew what is known of a person"),
		form[GrantRole]("role", "grant", OfProgramme, "let a person do more than take part"),
		form[RevokeRole]("role", "revoke", OfProgramme, "take a role from a person"),
		form[JoinOrganiser]("organiser", "join", OfProgramme, "take an organisation in among the organisers"),
		form[PublishCodes]("codes", "publish", OfProgramme, "publish the next version of a list of codes"),
		form[SubmitWish]("wish", "submit", OfProgramme, "wish for something"),
		form[ThemeWish]("wish", "theme", OfProgramme, "say which themes a wish is about"),
		form[ProposeProgramme]("programme", "propose", OfProgramme, "say what the programme is to be"),
		form[LaunchProgramme]("programme", "launch", OfProgramme, "decide that the programme will run"),
		form[PublishPrinciples]("principles", "publish", OfProgramme, "publish the next version of the principles"),
		form[OpenCohort]("cohort", "open", OfCohort, "open a new run of the programme"),
		form[AnnouncePhase]("phase", "announce", OfCohort, "say when a phase is to be"),
		form[StartPhase]("phase", "start", OfCohort, "begin a phase"),
		form[CompletePhase]("phase", "complete", OfCohort, "end a phase"),
		form[ReschedulePhase]("phase", "reschedule", OfCohort, "give a phase other dates; the old ones stay visible"),
		form[PlanEvaluation]("evaluation", "plan", OfCohort, "say beforehand what the evaluation will look at"),
		form[ReleaseEvaluation]("evaluation", "release", OfCohort, "say what was published, and from what it can be computed again"),
		form[CompleteCohort]("cohort", "complete", OfCohort, "end a cohort"),
		form[ArchiveCohort]("cohort", "archive", OfCohort, "say how long a cohort is kept, and that its feedback key is destroyed"),
		form[ImportSummary]("summary", "import", OfCohort, "give the figures of a cohort that has no events"),
	}
}
