package vault

// Rights returns what the user of a [Stream] on an existing server must be
// allowed to publish and subscribe to. To delete messages and streams is among
// it, and NATS can't allow that for some streams only: give the keys an account
// of their own, apart from the history's.
func Rights() (publish, subscribe []string) {
	publish = []string{keysSubject + ">"}
	for _, call := range []string{
		"INFO", "STREAM.NAMES", "STREAM.INFO.*", "STREAM.CREATE.*", "STREAM.DELETE.*", "STREAM.MSG.GET.*", "STREAM.MSG.DELETE.*",
		"CONSUMER.CREATE.>", "CONSUMER.INFO.>", "CONSUMER.DELETE.>", "CONSUMER.MSG.NEXT.>",
	} {
		publish = append(publish, "$JS.API."+call)
	}
	return publish, []string{"_INBOX.>"}
}
