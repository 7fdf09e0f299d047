using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using LocalHost.Sandbox;
using LocalHost.Tour;
using Microsoft.Extensions.Logging;
using Penalties;

namespace Stories.Tests;

/// <summary>
/// Every way a case can go is gone in one installation, with personal data wherever people can put it. Then all that was written is searched
/// for it: before anything is purged, after the contact data is, and after the cases are.
/// </summary>
[Collection(OnAzurite.Name)]
public sealed class PersonalDataStaysWithTheContacts(StorageFixture storage)
{
    /// <summary>Everything personal that is fed in, in every form it could turn up in.</summary>
    private static readonly string[] Personal =
    [
        "홍길동", "김서연", "C-77001", "C-88002", "C-99003", "강남역", "정자동", "급정거", "고객이 화를", "운전 중 통화", "착오였다",
        "01012345678", "1234-5678", "+821012345678", "821012345678", "1012345678",
        "01077778888", "7777-8888", "+821077778888", "1077778888",
        // And what lets one in at the systems around us.
        "sandbox-agit-koc", "sandbox-agit-kmcc", "sandbox-agit-bot", "sandbox-zendesk-token", "sandbox-driver-admin-token", "SANDBOXSECRET",
    ];

    /// <summary>What the official engine writes, beside the app's tables.</summary>
    private static readonly string[] EngineTables = ["Instances", "History"];

    [Fact]
    public async Task No_log_trace_message_history_row_note_or_post_holds_any_of_it_before_or_after_the_purge()
    {
        var data = storage.NewFolder();
        var lines = new LogLines();
        using var traces = new Traces();
        await using var story = await Story.Begin(
            storage, "2026-09-18 10:00 KST", logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines), data, ("Privacy:CaseDays", "60"));
        var cases = await EverythingHappens(story);
        Assert.All(cases, state => Assert.Equal("Closed", state.Value));
        var received = await story.World.Received();
        Assert.Contains(received.Sms, sms => sms.Delivered);
        Assert.Contains(received.Sms, sms => !sms.Delivered);

        await Search(story, lines, traces, received, data, "before the purge");
        Assert.True(lines.Count > 200 && traces.Count > 100, $"{lines.Count} log lines and {traces.Count} spans are too few to have looked at anything.");
        Assert.Contains(await Rows(story, "Contacts"), row => row.Contains("홍길동", StringComparison.Ordinal));

        // Thirty days after the last case closed: contact data, ledgers and histories are gone, the cases still tell what was done.
        await story.AdvanceTo("2026-11-15 12:00 KST");
        await Search(story, lines, traces, received, data, "after the contact data was purged");
        var contacts = await Rows(story, "Contacts");
        Assert.All(contacts, row => Assert.DoesNotContain(Personal, personal => row.Contains(personal, StringComparison.Ordinal)));
        Assert.All(contacts, row => Assert.Contains("|customer|", row, StringComparison.Ordinal));
        Assert.DoesNotContain(await Rows(story, "Cases"), row => row.Contains("|sms|", StringComparison.Ordinal));
        // Histories that belong to no case are purged by the age the engine knows, which is one of real time.
        foreach (var table in EngineTables)
        {
            Assert.DoesNotContain(await Rows(story, table), row =>
                !row.StartsWith("note-", StringComparison.Ordinal) && cases.Keys.Any(id => row.Contains(id, StringComparison.Ordinal)));
        }

        Assert.Contains("피드백요청 3차 접수", (await story.Desk.Case(cases.Keys.First())).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await story.Desk.Case(cases.Keys.First())).GetProperty("customer").ValueKind);

        await story.AdvanceTo("2026-12-31 12:00 KST");
        await Search(story, lines, traces, received, data, "after the cases were purged");
        foreach (var table in new[] { "Cases", "CaseIndex", "CaseDirectory", "Contacts", "RefusedDeliveries", "PurgePlan" })
        {
            Assert.Empty(await Rows(story, table));
        }
    }

    [Fact]
    public async Task What_is_on_its_way_to_the_customer_is_not_purged_before_its_ledger_is_settled()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:00 KST", ("Privacy:ContactDays", "1"), ("FollowUp:DeliveryWatch", "14.00:00:00"));
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 10:00 KST");
        await story.World.NextSms(SmsResult.Stays);
        await story.AdvanceTo("2026-09-21 12:00 KST");

        // As if it had been closed: a closed case never has such a message, and the purge does not take that for granted.
        await story.Service<Penalties.Privacy.PurgePlan>().Contacts(request.CaseId, CancellationToken.None);
        await story.AdvanceTo("2026-09-30 12:00 KST");

        Assert.Contains(await Rows(story, "Contacts"), row => row.Contains("+821012345678", StringComparison.Ordinal));
        Assert.Contains(await Rows(story, "Cases"), row => row.Contains("|sms|01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_case_opened_again_keeps_its_data_until_it_has_been_closed_for_as_long_once_more()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:00 KST", ("Privacy:ContactDays", "10"));
        var report = await story.File(A.Complaint);
        await story.AdvanceTo("2026-09-27 10:00 KST");
        await story.Post($"api/penalty-requests/{report.Id}/re-contacts", new { contact = "call-1" });
        await story.AdvanceTo("2026-10-06 10:00 KST");
        Assert.Contains(await Rows(story, "Contacts"), row => row.Contains("홍길동", StringComparison.Ordinal));
        await story.AdvanceTo("2026-10-08 10:00 KST");
        Assert.DoesNotContain(await Rows(story, "Contacts"), row => row.Contains("홍길동", StringComparison.Ordinal));
    }

    /// <summary>All branches of a case. The result is how each case ended; the first was promised an answer.</summary>
    private static async Task<Dictionary<string, string>> EverythingHappens(Story story)
    {
        const string Written = "홍길동 고객이 화를 많이 냄, 010-1234-5678";
        var numbered = 0;
        ComplaintBody Complaint() => A.FeedbackRequest with
        {
            RideId = $"R-{++numbered}",
            RideOrigin = "강남역 1번 출구",
            RideDestination = "분당구 정자동",
            Text = "급정거와 운전 중 통화",
            CustomerName = "홍길동",
        };

        var answered = await story.File(Complaint());
        await story.Post($"api/penalty-requests/{answered.Id}/re-contacts", new { contact = "call-1", askedWhen = true }, Person.Agent);
        await story.File(answered.Body with { Ticket = "", CustomerName = "김서연" });
        await story.Concludes(answered, "warning", at: "2026-09-18 10:00 KST");

        var failing = await story.File(Complaint() with { RideId = "", RideCalledAt = "2026-09-18T08:00:00+09:00", CustomerId = "C-88002" });
        await story.Concludes(failing, "app-suspension", at: "2026-09-18 10:00 KST");

        var unclear = await story.File(Complaint() with { Unclear = "true", CustomerId = "C-99003" });
        await story.Post($"api/penalty-requests/{unclear.Id}/statement", new { statement = "received", text = Written });
        await story.Get($"api/penalty-requests/{unclear.Id}/decision");
        await story.Post($"api/penalty-requests/{unclear.Id}/decision", new { decision = "do-not-file", reason = Written });

        var withdrawn = await story.File(Complaint());
        await story.Post($"api/penalty-requests/{withdrawn.Id}/withdrawal", new { reason = "착오였다고 함, 홍길동" }, Person.Agent);

        var appealed = await story.File(Complaint());
        await story.Concludes(appealed, "warning", at: "2026-09-18 10:00 KST");
        await story.Post($"api/penalty-requests/{appealed.Id}/appeal", new { appeal = "filed", reason = Written });
        await story.Post($"api/penalty-requests/{appealed.Id}/appeal", new { appeal = "granted", reason = Written, kind = "no-violation" });

        var lifted = await story.File(Complaint());
        await story.Send(HttpMethod.Delete, $"api/penalty-requests/{lifted.Id}/block", new { reason = Written });
        await story.Post($"api/penalty-requests/{lifted.Id}/hand-over", new { reason = Written, answer = true }, Person.Agent);

        var phoned = await story.File(Complaint() with
        {
            FeedbackStage = "0",
            Supervisor = "true",
            CallbackPhone = "010-7777-8888",
            CallbackReadBack = "true",
            ConsentPurpose = "홍길동에게 연락",
            ConsentItems = "전화번호",
            ConsentRetention = "30일",
            ConsentRightTold = "true",
            ConsentToldAt = "2026-09-18T09:50:00+09:00",
            ConsentAgreedAt = "2026-09-18T09:51:00+09:00",
            ConsentMethod = "phone",
            ConsentScriptVersion = "callback-number@1",
        });
        await story.Get($"api/callbacks/{story.CallbackOf(phoned)}");
        await story.Post($"api/callbacks/{story.CallbackOf(phoned)}/result", new { result = "done", reason = Written });

        var refused = await story.File(Complaint() with { FeedbackStage = "0", Supervisor = "true", CallbackPhone = "010-7777-8888" });
        await story.Post($"api/callbacks/{story.CallbackOf(refused)}/result", new { result = "cancelled", reason = Written });

        // What comes to nothing: rejected, unverified, broken, refused by the routes, systems that are away.
        await story.File(Complaint() with { Violation = "급정거 홍길동", CustomerPhone = "010-1234-5678 홍길동" });
        await story.File(Complaint() with { Verified = "none" });
        await story.World.SendWebhook(new() { TargetUrl = story.Desk.WebhookUrl, Body = "{\"customer_name\":\"홍길동\",\"text\":" });
        await story.Post($"api/penalty-requests/{answered.Id}/decision", new { decision = "홍길동", reason = "" });
        await story.Get($"api/penalty-requests?violation={Uri.EscapeDataString("홍길동")}");
        await story.Post($"api/penalty-requests/{answered.Id}/customer", new { reason = "번호 확인" });
        await story.Post("api/re-contacts", new { contact = "c-1", customerId = "C-77001" }, Person.Agent);
        foreach (var system in new[] { SandboxSystem.Board, SandboxSystem.Crm, SandboxSystem.Sms, SandboxSystem.DriverAdmin })
        {
            await story.World.Order(new() { System = system, Kind = FaultKind.Status, Status = 503, Times = 6 });
        }

        await story.File(Complaint() with { FeedbackStage = "0", CustomerId = "C-88002" });
        await story.World.NextSms(SmsResult.Failed);
        await story.AdvanceTo("2026-09-22 12:00 KST");
        await End(story);
        await story.AdvanceTo("2026-10-10 12:00 KST");
        await End(story);

        var list = await story.Desk.List("?size=200");
        var all = list.GetProperty("cases").EnumerateArray()
            .ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("state").GetString()!);
        return all.Where(one => one.Key.StartsWith("pr-", StringComparison.Ordinal)).OrderBy(one => one.Key == answered.Id ? 0 : 1).ToDictionary();
    }

    /// <summary>A manager answers or settles whatever waits for one.</summary>
    private static async Task End(Story story)
    {
        foreach (var open in (await story.Desk.List("?state=WithManager")).GetProperty("cases").EnumerateArray())
        {
            var path = $"api/penalty-requests/{open.GetProperty("id").GetString()}/decision";
            if ((await story.Post(path, new { decision = "answered", reason = "홍길동 고객과 통화" })).Status != 200)
            {
                await story.Post(path, new { decision = "settled", reason = "홍길동 고객과 통화" });
            }
        }
    }

    private async Task Search(Story story, LogLines lines, Traces traces, ReceivedDocument received, DirectoryInfo data, string when)
    {
        // The sandbox's own part (what the outside world legitimately has) is told apart: the text messages, and who was blocked.
        var places = lines.Select(line => ("log", line))
            .Concat(traces.Select(span => ("trace", span)))
            .Concat(received.Board.Select(post => ("board", post.Text)))
            .Concat(received.Notes.Select(note => ("note", note.Body)))
            .Concat(received.Sms.Select(sms => ("text of an SMS", sms.Text + sms.Subject)))
            .Concat([("queues", QueueFiles(data))])
            .ToList();
        foreach (var table in AppTables.Names.Where(name => name != "Contacts").Concat(EngineTables))
        {
            places.AddRange((await Rows(story, table)).Select(row => (table, row)));
        }

        foreach (var personal in Personal)
        {
            // JSON may have written Hangul as \u escapes, and a URL as percent escapes.
            string[] forms = [personal, JsonSerializer.Serialize(personal).Trim('"'), Uri.EscapeDataString(personal)];
            var found = places.Where(place => forms.Any(form => place.Item2.Contains(form, StringComparison.OrdinalIgnoreCase))).Take(3).ToList();
            Assert.True(found.Count == 0, $"{when}: '{personal}' stands in {string.Join("\n", found)}");
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

    private static string Text(object? cell) => cell is byte[] bytes ? Encoding.UTF8.GetString(bytes) : string.Create(CultureInfo.InvariantCulture, $"{cell}");

    private sealed class Traces : ConcurrentQueue<string>, IDisposable
    {
        private readonly ActivityListener _listener;

        public Traces()
        {
            _listener = new()
            {
                // The test's own requests to the sandbox are not the app's.
                ShouldListenTo = source => source.Name is not ("System.Net.Http" or "Experimental.System.Net.Http.Connections"),
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span => Enqueue(
                    $"{span.OperationName} {span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} "
                    + string.Join(' ', span.Events.SelectMany(one => one.Tags))),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public void Dispose() => _listener.Dispose();
    }

    private sealed class LogLines : ConcurrentQueue<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
