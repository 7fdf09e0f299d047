using System.Net;
using LocalHost.Sandbox;
using LocalHost.Tour;
using Penalties.Outside;
using Penalties.Outside.Sms;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class HealthIsTold(StorageFixture storage)
{
    [Fact]
    public async Task Alive_and_ready_to_everybody_in_one_word_and_the_parts_to_operators_only()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        using var stranger = new HttpClient { BaseAddress = story.Host.BaseAddress };
        Assert.Equal("""{"status":"healthy","parts":null}""", await stranger.GetStringAsync("api/health/live"));
        Assert.Equal("""{"status":"healthy","parts":null}""", await stranger.GetStringAsync("api/health/ready"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("api/health")).StatusCode);
        Assert.Equal(403, (await story.Get("api/health", Person.Manager)).Status);

        var (status, view) = await story.Get("api/health", Person.Operator);
        Assert.Equal(200, status);
        Assert.Equal(
            ["outside-systems", "queue-storage", "service-bus", "sms", "storage", "task-hub"],
            view.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task A_system_that_keeps_failing_opens_its_breaker_which_health_and_the_case_tell_and_the_others_go_on()
    {
        await using var story = await Story.Begin(
            storage, "2026-09-18 22:30 KST", ("Resilience:BreakerCalls", "2"), ("Resilience:BreakFor", "00:10:00"));
        await story.World.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Rate = 1 });
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-18 22:40 KST");

        Assert.Equal(["board"], story.Service<Breakers>().Open);
        var (status, view) = await story.Get("api/health", Person.Operator);
        Assert.Equal((200, "degraded"), (status, view.GetProperty("status").GetString()));
        Assert.Contains("breaker open: board", view.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("아지트 응답 대기 중", (await story.Desk.Case(request.CaseId)).GetRawText(), StringComparison.Ordinal);
        var received = await story.World.Received();
        Assert.Single(received.Blocks);
        Assert.NotEmpty(received.Notes);

        // An open breaker asks the system nothing.
        var asked = received.Requests.Where(one => one.System == SandboxSystem.Board).Sum(one => one.Count);
        await story.AdvanceTo("2026-09-18 23:40 KST");
        Assert.Equal(asked, (await story.World.Received()).Requests.Where(one => one.System == SandboxSystem.Board).Sum(one => one.Count));
    }

    [Fact]
    public async Task A_balance_that_runs_out_is_seen_in_the_morning()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("Sms:LowBalance", "200000"));
        await story.AdvanceTo("2026-09-19 08:25 KST");
        Assert.Equal((100_000L, true), await story.Service<SmsBalance>().Find(default) is { } seen ? (seen.Won, seen.IsLow) : default);
        Assert.Contains("balance is low", (await story.Get("api/health", Person.Operator)).Body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Solapi")]
    [InlineData("NhnCloud")]
    public async Task A_delivery_report_is_a_hint_and_what_the_provider_answers_counts(string provider)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("Sms:Provider", provider));
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.NextSms(SmsResult.Stays);
        var address = new Uri(story.Host.BaseAddress, "api/sms-reports/sandbox-sms-report-secret");
        await story.World.ReportSmsTo(address.AbsoluteUri);
        await story.AdvanceTo("2026-09-21 10:00 KST");
        Assert.Equal("AnswerPromised", await story.StateOf(request));

        // Somebody who guesses the form of a report tells nothing by it.
        using var stranger = new HttpClient();
        using var forged = new StringContent($$$"""[{"statusCode":"4000","customFields":{"key":"{{{request.CaseId}}}-sms-1"}}]""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync(new Uri(story.Host.BaseAddress, "api/sms-reports/a-guessed-secret-word"), forged)).StatusCode);
        if (provider == "Solapi")
        {
            Assert.Equal(HttpStatusCode.OK, (await stranger.PostAsync(address, forged)).StatusCode);
            Assert.Equal("AnswerPromised", await story.StateOf(request));
        }

        var message = Assert.Single((await story.World.Received()).Sms);
        await story.World.SettleSms(message.MessageId, SmsResult.Delivered);
        await story.WhenIdle();
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Equal(200, Assert.Single((await story.World.Received()).Reports).Status);
    }

}
