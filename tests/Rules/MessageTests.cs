using Penalties.Content;
using Penalties.Rules;

namespace Rules.Tests;

public sealed class MessageTests
{
    private static readonly ProductContent Content = new();

    [Fact]
    public void The_scripts_text_has_422_bytes_and_its_subject_24()
    {
        var message = FeedbackMessage.From(Content.TemplateFor(Answer.ScriptText), new(2026, 9, 18));

        Assert.Equal(422, message.Bytes);
        Assert.Equal(24, LmsText.Bytes(message.Subject));
        Assert.Equal("카카오 T 고객센터입니다.", message.Subject);
        var paragraphs = message.Body.Split("\n\n");
        Assert.Equal(5, paragraphs.Length);
        Assert.Equal("안녕하세요.", paragraphs[0]);
        Assert.StartsWith("09월 18일 대리 기사님에게", paragraphs[1], StringComparison.Ordinal);
        Assert.Equal("카카오 T 고객센터 드림", paragraphs[4]);
    }

    [Fact]
    public void The_text_without_a_block_says_nothing_about_being_matched_again()
    {
        var message = FeedbackMessage.From(Content.TemplateFor(Answer.WithoutBlock), new(2026, 9, 18));

        Assert.DoesNotContain("배차되지", message.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("다시는", message.Body, StringComparison.Ordinal);
        Assert.Contains("페널티 조치를 진행했습니다.", message.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("똠")]
    [InlineData("–")]
    [InlineData("é")]
    [InlineData("😀")]
    public void A_character_outside_EUC_KR_is_named_with_its_position(string foreign)
    {
        var problem = Assert.Single(LmsText.Problems("제목", $"가나 {foreign}"));
        Assert.Contains("position 3", problem, StringComparison.Ordinal);
        Assert.Contains(foreign, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_bytes_are_counted_and_refused()
    {
        Assert.Empty(LmsText.Problems(new string('가', 20), new string('가', 1_000)));
        Assert.Equal(2, LmsText.Problems(new string('가', 21), new string('가', 1_001)).Count);
    }

    [Fact]
    public void A_template_without_its_date_slot_is_refused() =>
        Assert.Contains("00월 00일", Assert.Single(new MessageTemplate("t", 1, Answer.ScriptText, "s", "본문").Problems()), StringComparison.Ordinal);

    [Fact]
    public void Only_what_is_true_is_sent()
    {
        Assert.Equal(Answer.ScriptText, AnswerRule.Choose(Proof.PenaltyAndCaution, BlockState.Confirmed));
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(Proof.PenaltyAndCaution, BlockState.Declined));
        Assert.Equal(Answer.Wait, AnswerRule.Choose(Proof.PenaltyAndCaution, BlockState.Pending));
        Assert.Equal(Answer.Manager, AnswerRule.Choose(Proof.PenaltyAndCaution, BlockState.Failed));
        Assert.All(Enum.GetValues<BlockState>(), block => Assert.Equal(Answer.Manager, AnswerRule.Choose(Proof.Nothing, block)));
        Assert.Equal([OutcomeKind.Monitoring, OutcomeKind.NoViolation], Enum.GetValues<OutcomeKind>().Where(kind => Content.ProofOf(kind) is Proof.Nothing));
    }
}
