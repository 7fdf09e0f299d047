using Microsoft.Data.Sqlite;

namespace FunctionsHosting.Broker;

/// <summary>
/// The broker's SQLite file, held by one broker at a time. Write-ahead logging without a flush at each commit: safe when the process is killed,
/// not when the machine loses power.
/// </summary>
internal static class MessageFile
{
    private const long Version = 1;
    private const int SecondsToWaitForAnother = 1;

    /// <summary>Below that, pages that are free are left for the messages to come.</summary>
    private const long SmallestToCompact = 2000;

    /// <summary>The lock of the first access stays until the file is closed or the process ends, however it ends.</summary>
    private const string Hold = "PRAGMA locking_mode = EXCLUSIVE";
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS messages (
            queue TEXT NOT NULL, sequence INTEGER NOT NULL, message_id TEXT NOT NULL, body BLOB NOT NULL, properties BLOB NOT NULL,
            application_properties BLOB NOT NULL, annotations BLOB NOT NULL, time_to_live INTEGER, scheduled_for INTEGER,
            enqueued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, delivery_count INTEGER NOT NULL, state INTEGER NOT NULL,
            dead_letter_source TEXT, dead_letter_reason TEXT, dead_letter_description TEXT, PRIMARY KEY (queue, sequence));
        CREATE TABLE IF NOT EXISTS seen_ids (
            queue TEXT NOT NULL, message_id TEXT NOT NULL, sequence INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (queue, message_id));
        CREATE TABLE IF NOT EXISTS sequences (queue TEXT PRIMARY KEY, reserved INTEGER NOT NULL);
        PRAGMA user_version = 1;
        """;

    /// <param name="file">Made where it is not there; null for one in memory.</param>
    /// <exception cref="InvalidOperationException">Another broker holds the file, or it cannot be used; the text says what to do.</exception>
    public static SqliteConnection Open(string? file)
    {
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        // Not pooled: closing the connection must let go of the file.
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = file ?? ":memory:",
            Pooling = false,
            DefaultTimeout = SecondsToWaitForAnother,
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            Execute(connection, Hold);
            CheckVersion(connection, file);
            Execute(connection, Schema);
            CompactWhenMostlyEmpty(connection);
            return connection;
        }
        catch (Exception wrong)
        {
            connection.Dispose();
            throw wrong is SqliteException unusable ? Refusal(file, unusable) : wrong;
        }
    }

    /// <summary>When three quarters of the file hold nothing: then it costs no more than to write what is left.</summary>
    public static void CompactWhenMostlyEmpty(SqliteConnection connection)
    {
        if (Number(connection, "PRAGMA page_count") is var pages && pages >= SmallestToCompact && Number(connection, "PRAGMA freelist_count") * 4 > pages * 3)
        {
            Execute(connection, "VACUUM");
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static InvalidOperationException Refusal(string? file, SqliteException wrong) => wrong.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY
        ? new($"The broker's messages in {file} are held by another broker. Stop that one, use it (setting ServiceBusConnection), "
            + "or give this one a data folder of its own.", wrong)
        : new($"The broker's messages in {file} cannot be opened: {wrong.Message}. Delete the file to begin anew.", wrong);

    private static void CheckVersion(SqliteConnection connection, string? file)
    {
        if (Number(connection, "PRAGMA user_version") is var version and not (0 or Version))
        {
            throw new InvalidOperationException(
                $"The broker's messages in {file} are of version {version}; this broker reads {Version}. Delete the file to begin anew.");
        }
    }

    private static long Number(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
