using LocalHost.Tour;
using Penalties.Rules;

namespace Stories.Tests;

[Trait("Behaviour", "S17")]
[Collection(OnAzurite.Name)]
public sealed class CompensationIsRefusedByScript(StorageFixture storage)
{
    [Fact]
    public async Task The_first_time_the_refusal_is_recorded_with_the_guidance_given_and_nobody_phones()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var said = Assert.Single((await story.Get("api/guidance?situation=compensation&stage=1", Person.Agent)).Body.EnumerateArray());

        var report = await story.File(A.Complaint with { CompensationStage = "1" });

        var asked = Assert.Single((await story.Log(report)).Select(entry => entry.Event).OfType<CompensationAsked>());
        Assert.Equal((1, said.GetProperty("name").GetString()), (asked.Stage, asked.Guidance));
        Assert.Single((await story.Received(report)).NoteLines, line => line.Contains("금전 보상 불가 안내", StringComparison.Ordinal));
        Assert.Equal("Closed", await story.StateOf(report));
        Assert.Equal(404, (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Status);
    }
}
