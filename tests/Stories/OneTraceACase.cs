namespace Stories.Tests;

/// <summary>What an operator finds of a case where traces are kept.</summary>
[Collection(OnAzurite.Name)]
public sealed class OneTraceACase(StorageFixture storage)
{
    private const string Instance = "durabletask.task.instance_id";

    [Fact]
    public async Task From_the_webhook_to_the_end_and_every_span_has_its_parent()
    {
        await using var sink = await OtlpSink.Start();
        string caseId;
        await using (var story = await Story.Begin(storage, "2026-09-18 22:30 KST", sink.Settings))
        {
            var request = await story.File(A.FeedbackRequest);
            await story.AdvanceTo("2026-09-19 10:05 KST");
            await story.Concludes(request, "warning", at: "2026-09-19 10:00 KST");
            await story.AdvanceTo("2026-09-21 12:00 KST");
            Assert.Equal("Closed", await story.StateOf(request));
            caseId = request.CaseId;
        }

        var spans = sink.Spans;
        // Who knocks has a trace of its own; the case's own are its orchestration and its steps.
        var trace = Assert.Single(spans
            .Where(span => span[Instance] == caseId && span.Span.Name.Split(':')[0] is "orchestration" or "activity")
            .Select(static span => span.Trace).Distinct());
        var ofCase = spans.Where(span => span.Trace == trace).ToList();
        var ids = ofCase.Select(static span => span.Id).ToHashSet();

        Assert.Contains(ofCase, static span => span.Span.Name.Contains("ReceiveCrmWebhook", StringComparison.Ordinal));
        Assert.Contains(ofCase, static span => span.Span.Name.Contains("SendFeedbackSms", StringComparison.Ordinal));
        Assert.Single(ofCase, static span => span.Parent.Length == 0);
        Assert.Empty(ofCase.Where(span => span.Parent.Length > 0 && !ids.Contains(span.Parent)).Select(static span => $"{span.Source} {span.Span.Name}"));
        Assert.All(ofCase, static span => Assert.Equal("penalties", span.Service));
        Assert.DoesNotContain(sink.Lines, static line => line.Category.StartsWith("Azure.", StringComparison.Ordinal));
    }
}
