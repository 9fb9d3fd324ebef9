package journal

import "github.com/nats-io/nats-server/v2/server"

// WriterPermissions is what the user of a journal on an existing server may do:
// append, read, and make the two streams where they are missing. What could
// lose history (to update, delete or purge a stream, to delete a message, to
// restore over one) is not among it: DenyDelete and DenyPurge alone don't stop
// an update of a stream's limits, nor its deletion.
//
// A folder for its own streams, such as the keys of personal data, needs rights
// of its own.
func WriterPermissions() *server.Permissions {
	return &server.Permissions{
		Publish: &server.SubjectPermission{
			Allow: []string{
				"history.>", "answers.*",
				"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.CREATE.*",
				"$JS.API.STREAM.MSG.GET.*",
				"$JS.API.CONSUMER.CREATE.>", "$JS.API.CONSUMER.INFO.>", "$JS.API.CONSUMER.DELETE.>", "$JS.API.CONSUMER.MSG.NEXT.>",
			},
			Deny: []string{
				"$JS.API.STREAM.UPDATE.>", "$JS.API.STREAM.DELETE.>", "$JS.API.STREAM.PURGE.>",
				"$JS.API.STREAM.MSG.DELETE.>", "$JS.API.STREAM.RESTORE.>",
			},
		},
		Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
	}
}
