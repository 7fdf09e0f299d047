using LocalHost.Sandbox;

namespace Stories.Tests;

[Collection(OnAzuriteBeside.Name)]
public sealed class SmsProviderLosesAnswers(StorageFixture storage)
{
    [Theory]
    [InlineData("group-create")]
    [InlineData("group-add")]
    [InlineData("group-send")]
    [InlineData("look-up")]
    public async Task A_lost_answer_never_becomes_a_second_text(string operation)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.Sms, Operation = operation, When = FaultMoment.After, Kind = FaultKind.Drop, Times = 1 });
        await story.AdvanceTo("2026-09-21 10:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task A_message_the_carrier_fails_goes_to_a_manager_and_is_not_sent_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.NextSms(SmsResult.Failed);
        await story.AdvanceTo("2026-09-26 10:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
    }

    [Fact]
    public async Task A_message_without_a_final_result_is_unknown_after_the_watch_and_a_managers()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.NextSms(SmsResult.Stays);
        await story.AdvanceTo("2026-09-25 08:00 KST");
        Assert.Equal("AnswerPromised", await story.StateOf(request));
        await story.AdvanceTo("2026-09-25 12:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
    }
}
