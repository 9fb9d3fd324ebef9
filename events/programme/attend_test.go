package programme

import (
	"slices"
	"testing"
	"time"

	"kolmikko/events"
)

func choice(who events.PersonID, m events.Mode) events.Recorded {
	return by(who, events.AttendanceChosen{Gathering: "g1", Person: who, Mode: m})
}

func TestChooseAttendance(t *testing.T) {
	invited := func(more ...any) given {
		return begun(slices.Concat(enrolled(anne, matti, liisa), []any{meetup}, more)...)
	}
	lab, teams, none := ChooseAttendance{"g1", events.Lab}, ChooseAttendance{"g1", events.Teams}, ChooseAttendance{"g1", events.Absent}
	chosen := func(m events.Mode) []events.Event { return []events.Event{choice(anne, m).Event} }
	full := slices.Clip(invited(choice(matti, events.Lab), choice(liisa, events.Lab)))
	for name, s := range map[string]spec{
		"a place is left":                     {given: invited(choice(matti, events.Lab)), by: anne, when: lab, then: chosen(events.Lab)},
		"asking twice is quiet":               {given: invited(choice(anne, events.Lab)), by: anne, when: lab},
		"all places are taken":                {given: full, by: anne, when: lab, refused: GatheringFull},
		"online there is room for everybody":  {given: full, by: anne, when: teams, then: chosen(events.Teams)},
		"whoever has a place keeps it":        {given: full, by: matti, when: lab},
		"giving a place back makes room":      {given: append(full, choice(matti, events.Teams)), by: anne, when: lab, then: chosen(events.Lab)},
		"who dropped out holds no place":      {given: append(full, events.ParticipantDroppedOut{Person: matti, Track: events.Peer, Reason: "workload"}), by: anne, when: lab, then: chosen(events.Lab)},
		"one may stay away":                   {given: invited(choice(anne, events.Lab)), by: anne, when: none, then: chosen(events.Absent)},
		"one may switch while it goes on":     {given: invited(choice(anne, events.Lab)), by: anne, at: evening.Add(time.Hour), when: teams, then: chosen(events.Teams)},
		"but not once it is over":             {given: invited(), by: anne, at: meetup.EndsAt, when: teams, refused: GatheringOver},
		"nobody but participants of a cohort": {given: invited(), by: olli, when: teams, refused: NotParticipant},
		"nobody who is not registered":        {given: invited(), by: stranger, when: teams, refused: NotRegistered},
		"nobody who was erased":               {given: invited(whole(events.PersonErased{Person: anne})), by: anne, when: teams, refused: Erased},
		"a theme gathering is for everybody":  {given: begun(whole(meetup)), by: olli, in: events.WholeProgramme, when: teams, then: []events.Event{choice(olli, events.Teams).Event}},
		"its places are counted as well":      {given: begun(whole(meetup), whole(choice(anne, events.Lab).Event), whole(choice(matti, events.Lab).Event)), by: olli, in: events.WholeProgramme, when: lab, refused: GatheringFull},
		"who was erased holds none of them": {given: begun(whole(meetup), whole(choice(anne, events.Lab).Event), whole(choice(matti, events.Lab).Event), whole(events.PersonErased{Person: matti})),
			by: olli, in: events.WholeProgramme, when: lab, then: []events.Event{choice(olli, events.Lab).Event}},
		"there is no such gathering": {given: begun(enrolled(anne)...), by: anne, when: lab, refused: NotFound},
		"it was cancelled":           {given: invited(called), by: anne, when: lab, refused: GatheringCancelled},
		"a preference is no choice":  {given: invited(), by: anne, when: ChooseAttendance{"g1", events.Either}, refused: Unfit},
		"a mode that is not offered": {given: begun(append(enrolled(anne), numbered(meetup, "g1", func(e *events.GatheringScheduled) { e.Modes = labOf2[:1] }))...),
			by: anne, when: teams, refused: ModeNotOffered},
	} {
		t.Run(name, s.run)
	}
}

func TestRecordAttendance(t *testing.T) {
	invited := func(more ...any) given {
		return begun(slices.Concat(enrolled(anne, matti, liisa), []any{meetup}, more)...)
	}
	was := RecordAttendance{"g1", anne, events.Lab}
	follows := []events.Event{there}
	other := func(p events.PersonID) events.AttendanceRecorded {
		return events.AttendanceRecorded{Gathering: "g1", Person: p, Mode: events.Lab}
	}
	gone := events.ParticipantDroppedOut{Person: anne, Track: events.Peer, Reason: "workload"}
	for name, s := range map[string]spec{
		"a person says so themselves":         {given: invited(), by: anne, at: evening, when: was, then: follows},
		"without saying who they are":         {given: invited(), by: anne, at: evening, when: RecordAttendance{"g1", "", events.Lab}, then: follows},
		"or a host does":                      {given: invited(), by: host, at: evening, when: was, then: follows},
		"or a coordinator":                    {given: invited(), at: evening, when: was, then: follows},
		"but no other participant":            {given: invited(), by: matti, at: evening, when: was, refused: NotYours},
		"who was there was there":             {given: invited(other(matti), other(liisa)), at: evening, when: was, then: follows},
		"somebody did not come":               {given: invited(), at: evening, when: RecordAttendance{"g1", anne, events.Absent}, then: []events.Event{events.AttendanceRecorded{Gathering: "g1", Person: anne, Mode: events.Absent}}},
		"reported late, of one who left":      {given: invited(gone), at: evening.AddDate(0, 1, 0), when: was, then: follows},
		"recording twice is quiet":            {given: invited(there), at: evening, when: was},
		"otherwise is a correction":           {given: invited(there), at: evening, when: RecordAttendance{"g1", anne, events.Teams}, refused: AlreadyRecorded},
		"nothing before it begins":            {given: invited(), by: host, at: evening.Add(-1), when: was, refused: NotYetBegun},
		"there is no such gathering":          {given: invited(), at: evening, when: RecordAttendance{"g9", anne, events.Lab}, refused: NotFound},
		"it was cancelled":                    {given: invited(called), at: evening, when: was, refused: GatheringCancelled},
		"a stranger was there":                {given: invited(), at: evening, when: RecordAttendance{"g1", stranger, events.Lab}, refused: NotRegistered},
		"somebody who has no seat":            {given: invited(), at: evening, when: RecordAttendance{"g1", olli, events.Lab}, refused: NotParticipant},
		"anybody at a theme gathering":        {given: begun(whole(meetup)), in: events.WholeProgramme, at: evening, when: was, then: follows},
		"neither on site nor online nor away": {given: invited(), at: evening, when: RecordAttendance{"g1", anne, events.Either}, refused: Unfit},
	} {
		t.Run(name, s.run)
	}
}
