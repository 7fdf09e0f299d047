using System.Text.Json.Nodes;
using FunctionsHosting.Clock;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Solapi;

public sealed class DeliveryTests : IAsyncLifetime
{
    private readonly WorkTracker _work = new();
    private World _world = null!;
    private SolapiCaller _solapi = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start(new() { Work = _work, Sms = new() { ReportRetry = TimeSpan.FromMilliseconds(1) } });
        _solapi = new(_world);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_message_fails_or_stays_when_told_and_the_next_is_delivered_again()
    {
        await _world.Sandbox.NextSms(SmsResult.Failed, "3054");
        await _world.Sandbox.NextSms(SmsResult.Stays);

        Assert.Equal("3054", (await _solapi.SendOne(SolapiCaller.Lms())).StatusCode);
        Assert.Equal("3000", (await _solapi.SendOne(SolapiCaller.Lms())).StatusCode);
        Assert.Equal("4000", (await _solapi.SendOne(SolapiCaller.Lms())).StatusCode);
    }

    [Fact]
    public async Task A_message_that_stays_is_settled_later_and_only_once()
    {
        await _world.Sandbox.NextSms(SmsResult.Stays);
        var sms = await _solapi.SendOne(SolapiCaller.Lms());
        Assert.Equal("SENDING", await GroupStatus(sms.GroupId));

        await _world.Sandbox.SettleSms(sms.MessageId, SmsResult.Failed);

        Assert.Equal("COMPLETE", await GroupStatus(sms.GroupId));
        Assert.Equal("3040", Assert.Single((await _world.Sandbox.Received()).Sms).StatusCode);
        var again = await Assert.ThrowsAsync<SandboxException>(() => _world.Sandbox.SettleSms(sms.MessageId, SmsResult.Delivered));
        Assert.Equal(404, again.Status);
    }

    [Fact]
    public async Task A_code_that_contradicts_the_result_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SandboxException>(() => _world.Sandbox.NextSms(SmsResult.Failed, "4000"));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task A_report_is_an_array_of_messages()
    {
        await using var app = await Target.Start(200);
        await _world.Sandbox.ReportSmsTo(app.Url);

        var sms = await _solapi.SendOne(SolapiCaller.Lms());
        await _work.WhenIdle();

        var reported = Assert.Single(JsonNode.Parse(Assert.Single(app.Requests).Body)!.AsArray())!;
        Assert.Equal((sms.MessageId, sms.GroupId), ((string?)reported["messageId"], (string?)reported["groupId"]));
        Assert.Equal("4000", (string?)reported["statusCode"]);
        var report = Assert.Single((await _world.Sandbox.Received()).Reports);
        Assert.Equal((1, 200), (report.Tries, report.Status));
    }

    [Fact]
    public async Task A_report_is_tried_five_times_until_it_is_answered_with_200()
    {
        await using var app = await Target.Start(500, 202, 200);
        await _world.Sandbox.ReportSmsTo(app.Url);
        await _solapi.SendOne(SolapiCaller.Lms());
        await _work.WhenIdle();
        Assert.Equal(3, app.Requests.Count);

        await _solapi.SendOne(SolapiCaller.Lms());
        await _work.WhenIdle();

        Assert.Equal([(3, 200), (5, 202)], (await _world.Sandbox.Received()).Reports.Select(r => (r.Tries, r.Status!.Value)));
    }

    [Fact]
    public async Task Nothing_is_reported_for_a_message_that_stays_or_when_reports_are_off()
    {
        await using var app = await Target.Start();
        await _world.Sandbox.ReportSmsTo(app.Url);
        await _world.Sandbox.NextSms(SmsResult.Stays);
        await _solapi.SendOne(SolapiCaller.Lms());
        await _world.Sandbox.ReportSmsTo(null);
        await _solapi.SendOne(SolapiCaller.Lms());

        await _work.WhenIdle();

        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task A_report_is_repeated_also_when_it_was_taken()
    {
        await using var app = await Target.Start(200, 200, 200);
        await _world.Sandbox.ReportSms(new(app.Url, Repeat: 3));

        var sms = await _solapi.SendOne(SolapiCaller.Lms());
        await _work.WhenIdle();

        Assert.Equal([sms.MessageId, sms.MessageId, sms.MessageId], Reported(app));
        Assert.Equal([(1, 200), (1, 200), (1, 200)], (await _world.Sandbox.Received()).Reports.Select(r => (r.Tries, r.Status!.Value)));
    }

    [Fact]
    public async Task Gathered_reports_are_posted_in_the_order_the_seed_draws()
    {
        await using var app = await Target.Start(Enumerable.Repeat(200, 16));
        var runs = new List<IReadOnlyList<int>>();
        for (var run = 0; run < 2; run++)
        {
            await _world.Sandbox.ReportSms(new(app.Url, Repeat: 2, ShuffleOf: 4, ShuffleSeed: 7));
            var sent = await Send(3);
            await _work.WhenIdle();
            Assert.Equal(8 * run, app.Requests.Count);
            sent.AddRange(await Send(1));
            await _work.WhenIdle();
            runs.Add([.. Reported(app).Skip(8 * run).Select(id => sent.IndexOf(id))]);
        }

        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], runs[0].Order());
        Assert.NotEqual(runs[0].Order(), runs[0]);
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public async Task Reports_that_were_still_gathered_are_posted_when_their_order_ends()
    {
        await using var app = await Target.Start(200);
        await _world.Sandbox.ReportSms(new(app.Url, ShuffleOf: 2, ShuffleSeed: 7));
        var sms = await _solapi.SendOne(SolapiCaller.Lms());
        await _work.WhenIdle();
        Assert.Empty(app.Requests);

        await _world.Sandbox.ReportSmsTo(null);
        await _work.WhenIdle();

        Assert.Equal([sms.MessageId], Reported(app));
    }

    [Theory]
    [InlineData(0, null, null, "repeat must be 1 to 100")]
    [InlineData(1, 1, 7, "shuffleOf must be 2 to 1000")]
    [InlineData(1, 4, null, "shuffleOf and shuffleSeed go together")]
    public async Task Reports_that_cannot_be_are_refused(int repeat, int? shuffleOf, int? seed, string problem)
    {
        var refused = await Assert.ThrowsAsync<SandboxException>(() => _world.Sandbox.ReportSms(new("http://127.0.0.1:9/", repeat, shuffleOf, seed)));

        Assert.Equal(400, refused.Status);
        Assert.Contains(problem, refused.Message);
    }

    private static IReadOnlyList<string> Reported(Target app) => [.. app.Requests.Select(r => (string)JsonNode.Parse(r.Body)![0]!["messageId"]!)];

    private async Task<List<string>> Send(int messages)
    {
        var sent = new List<string>();
        for (var i = 0; i < messages; i++)
        {
            sent.Add((await _solapi.SendOne(SolapiCaller.Lms())).MessageId);
        }

        return sent;
    }

    private async Task<string?> GroupStatus(string groupId) =>
        (string?)(await _solapi.Ask(HttpMethod.Get, $"messages/v4/groups/{groupId}")).Body!["status"];
}
