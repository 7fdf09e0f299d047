using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class PersonalDataStaysWithTheContacts(StorageFixture storage)
{
    private static readonly string[] Personal =
        ["01012345678", "1234-5678", "+821012345678", "12345678", "홍길동", "급정거", "강남역", "정자동", "C-77001", "고객이 화를"];

    [Fact]
    public async Task No_log_line_history_case_row_note_or_post_holds_any_of_it()
    {
        var lines = new LogLines();
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines));
        var unclear = await story.File(A.FeedbackRequest with { Unclear = "true", RideOrigin = "강남역 1번 출구", RideDestination = "분당구 정자동" });
        await story.Post(
            $"api/penalty-requests/{unclear.Id}/decision", new { decision = "file", reason = "홍길동 고객이 화를 많이 냄" });
        await story.Post($"api/penalty-requests/{unclear.Id}/re-contacts", new { contact = "call-1", askedWhen = true });
        await story.File(A.FeedbackRequest with { Violation = "급정거 홍길동" });
        await story.Concludes(unclear, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        var received = await story.World.Received();
        Assert.Single(received.Sms);

        var places = lines.Select(line => ("log", line))
            .Concat(received.Board.Select(post => ("board", post.Text)))
            .Concat(received.Notes.Select(note => ("note", note.Body)))
            .Concat(await Rows(story))
            .ToList();
        Assert.Contains(places, place => place.Item1.EndsWith("TaskHub", StringComparison.Ordinal));
        Assert.True(lines.Count > 20, "Nothing was logged.");
        foreach (var data in Personal)
        {
            // JSON may have written Hangul as \u escapes.
            var escaped = JsonSerializer.Serialize(data).Trim('"');
            var found = places.Where(place => place.Item2.Contains(data, StringComparison.Ordinal) || place.Item2.Contains(escaped, StringComparison.OrdinalIgnoreCase));
            Assert.True(!found.Any(), $"'{data}' stands in {string.Join(", ", found.Take(3))}");
        }
    }

    /// <summary>All rows of the story's tables but the contacts, the task hub's included.</summary>
    private async Task<IReadOnlyList<(string Place, string Text)>> Rows(Story story)
    {
        var tables = new TableServiceClient(storage.ConnectionString);
        var rows = new List<(string, string)>();
        foreach (var table in new[] { "Cases", "CaseIndex", "RefusedDeliveries", "TaskHub" })
        {
            await foreach (var row in tables.GetTableClient(story.Prefix + table).QueryAsync<TableEntity>())
            {
                rows.Add((table, string.Join("|", row.Select(cell => $"{cell.Value}"))));
            }
        }

        return rows;
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
