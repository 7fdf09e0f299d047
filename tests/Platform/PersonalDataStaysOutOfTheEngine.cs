using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using LocalHost.Sandbox;
using Microsoft.Extensions.Logging;
using Penalties;

namespace Platform.Tests;

/// <summary>
/// Every way a case can go is gone in one installation. Then all that was written is searched for personal data: before anything is purged, after the
/// contact data is, and after the cases are. Of the official engine that is all it ever wrote, listened to on its way to the storage.
/// </summary>
[Collection(OnAzuriteAndLong.Name)]
public sealed partial class PersonalDataStaysOutOfTheEngine(StorageFixture storage)
{
    /// <summary>JSON may have written Hangul as \u escapes, and a URL as percent escapes.</summary>
    private static readonly SearchValues<string> Personal = SearchValues.Create(
        [.. PersonalDataIsFedIn.Words.SelectMany(static word => new[] { word, JsonSerializer.Serialize(word).Trim('"'), Uri.EscapeDataString(word) }).Distinct()],
        StringComparison.OrdinalIgnoreCase);

    private const string History = "History";
    private const string Instances = "Instances";

    [Fact]
    public async Task No_history_message_blob_failure_log_trace_row_note_or_post_holds_any_of_it_before_or_after_the_purge()
    {
        var data = storage.NewFolder();
        var lines = new LogLines();
        using var traces = new Traces();
        await using var far = new FarStorage(storage.ConnectionString);
        await using var story = await Story.Begin(
            storage,
            "2026-09-18 10:00 KST",
            logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines),
            data,
            ("Privacy:CaseDays", "60"),
            ("SweepSchedule", "0 0 4 * * 0"), // most nights there is nothing new to be found
            ("AzureWebJobsStorage", far.ConnectionString));
        var engine = new EngineWrites(far, story.Prefix);
        var cases = await PersonalDataIsFedIn.Into(story);
        Assert.All(cases, state => Assert.Equal("Closed", state.Value));
        var received = await story.World.Received();
        Assert.Contains(received.Sms, sms => sms.Delivered);
        Assert.Contains(received.Sms, sms => !sms.Delivered);

        Assert.True(lines.Count > 200 && traces.Count > 100, $"{lines.Count} log lines and {traces.Count} spans are too few to look at anything.");
        AssertAllOfTheEngineWasHeard(engine);
        await Search(story, lines, traces, engine, received, data, "before the purge");
        Assert.Contains(await Rows(story, "Contacts"), row => row.Contains("홍길동", StringComparison.Ordinal));

        // Thirty days after the last case closed: contact data, ledgers and histories are gone, the cases still tell what was done.
        await story.AdvanceTo("2026-11-15 12:00 KST");
        await Search(story, lines, traces, engine, received, data, "after the contact data was purged");
        var contacts = await Rows(story, "Contacts");
        Assert.All(contacts, row => Assert.DoesNotContain(PersonalDataIsFedIn.Words, personal => row.Contains(personal, StringComparison.Ordinal)));
        Assert.All(contacts, row => Assert.Contains("|customer|", row, StringComparison.Ordinal));
        Assert.DoesNotContain(await Rows(story, "Cases"), row => row.Contains("|sms|", StringComparison.Ordinal));
        // Histories that belong to no case are purged by the age the engine knows, which is one of real time.
        foreach (var table in new[] { Instances, History })
        {
            Assert.DoesNotContain(await Rows(story, table), row =>
                !row.StartsWith("note-", StringComparison.Ordinal) && cases.Keys.Any(id => row.Contains(id, StringComparison.Ordinal)));
        }

        Assert.Contains("피드백요청 3차 접수", (await story.Desk.Case(cases.Keys.First())).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await story.Desk.Case(cases.Keys.First())).GetProperty("customer").ValueKind);

        await story.AdvanceTo("2026-12-12 12:00 KST");
        await Search(story, lines, traces, engine, received, data, "after the cases were purged");
        foreach (var table in new[] { "Cases", "CaseIndex", "CaseDirectory", "Contacts", "RefusedDeliveries", "PurgePlan" })
        {
            Assert.Empty(await Rows(story, table));
        }
    }

    /// <summary>A search finds nothing where nothing was listened to.</summary>
    private static void AssertAllOfTheEngineWasHeard(EngineWrites engine)
    {
        foreach (var kind in new[]
        {
            "ExecutionStartedEvent", "TaskScheduledEvent", "TaskCompletedEvent", "TaskFailedEvent", "EventRaisedEvent", "TimerFiredEvent", // messages
            "\"ExecutionStarted\"", "\"TaskFailed\"", "\"ExecutionCompleted\"", // history
            "\"Input\"", // instances
            nameof(Penalties.Outside.OutsideSystemUnavailableException), "   at Penalties.", // failures, with their stacks
        })
        {
            Assert.True(engine.Any(request => request.Contains(kind, StringComparison.Ordinal)), $"Nothing was heard of {kind}.");
        }

        // Messages too large for a queue go to blobs, compressed: no search would find anything there. Ours are small.
        Assert.DoesNotContain(engine, static request => request.Contains("-largemessages/", StringComparison.Ordinal));
    }

    private async Task Search(
        Story story, LogLines lines, Traces traces, EngineWrites engine, ReceivedDocument received, DirectoryInfo data, string when)
    {
        // The sandbox's own part (what the outside world legitimately has) is told apart: the text messages, and who was blocked.
        var places = lines.New().Select(static line => ("log", line))
            .Concat(traces.New().Select(static span => ("trace", span)))
            .Concat(engine.New().Select(static request => ("engine", request)))
            .Concat(received.Board.Select(static post => ("board", post.Text)))
            .Concat(received.Notes.Select(static note => ("note", note.Body)))
            .Concat(received.Sms.Select(static sms => ("text of an SMS", sms.Text + sms.Subject)))
            .Concat([("queues", QueueFiles(data))])
            .ToList();
        foreach (var table in AppTables.Names.Where(static name => name != "Contacts").Concat([Instances, History]))
        {
            places.AddRange((await Rows(story, table)).Select(row => (table, row)));
        }

        foreach (var (place, text) in places)
        {
            // JSON in JSON doubles its escapes.
            var plain = Escapes().Replace(text, @"\");
            Assert.False(plain.AsSpan().ContainsAny(Personal), $"{when}: something personal stands in {place}: {plain}");
        }
    }

    /// <summary>The broker's file and journals as they are on disk, with what has been deleted and not yet overwritten.</summary>
    private static string QueueFiles(DirectoryInfo data)
    {
        var text = new StringBuilder();
        foreach (var file in data.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Name.Contains(".db", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            text.Append(reader.ReadToEnd());
        }

        Assert.True(text.ToString().Contains("CaseId", StringComparison.Ordinal), "The broker's file holds no message.");
        return text.ToString();
    }

    private async Task<IReadOnlyList<string>> Rows(Story story, string table)
    {
        var rows = new List<string>();
        await foreach (var row in new TableServiceClient(storage.ConnectionString).GetTableClient(story.Prefix + table).QueryAsync<TableEntity>())
        {
            rows.Add(string.Join("|", row.OrderBy(cell => cell.Key is "PartitionKey" or "RowKey" ? 0 : 1).Select(cell => Text(cell.Value))) + "|");
        }

        return rows;
    }

    [GeneratedRegex(@"\\{2,}")]
    private static partial Regex Escapes();

    private static string Text(object? cell) => cell is byte[] bytes ? Encoding.UTF8.GetString(bytes) : string.Create(CultureInfo.InvariantCulture, $"{cell}");
}
