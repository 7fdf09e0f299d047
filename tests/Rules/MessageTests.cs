using Penalties.Content;
using Penalties.Rules;

namespace Rules.Tests;

public sealed class MessageTests
{
    private const Claims PenaltyAndCaution = Claims.Penalty | Claims.Caution;

    private static readonly ProductContent Content = A.Content;

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
    public void A_template_without_its_date_slot_is_refused()
    {
        var template = new MessageTemplate("t", 1, Answer.ScriptText, Claims.None, "s", "본문");
        Assert.Contains("00월 00일", Assert.Single(template.Problems(new Dictionary<Claims, IReadOnlyList<string>>())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_says_what_it_does_not_claim_or_claims_what_it_does_not_say_is_refused()
    {
        var words = new Dictionary<Claims, IReadOnlyList<string>> { [Claims.Penalty] = ["페널티"], [Claims.NeverMatched] = ["배차되지"] };
        var template = new MessageTemplate("t", 1, Answer.WithoutBlock, Claims.Penalty, "s", "00월 00일 다시는 배차되지 않습니다.");

        var problems = template.Problems(words);

        Assert.Equal(2, problems.Count);
        Assert.Contains("it claims Penalty and says nothing of it", problems[0], StringComparison.Ordinal);
        Assert.Contains("'배차되지' says NeverMatched", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_true_is_sent()
    {
        Assert.Equal(Answer.ScriptText, AnswerRule.Choose(PenaltyAndCaution, BlockState.Confirmed));
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(PenaltyAndCaution, BlockState.Declined));
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(PenaltyAndCaution, BlockState.Lifted));
        Assert.Equal(Answer.Wait, AnswerRule.Choose(PenaltyAndCaution, BlockState.Pending));
        Assert.Equal(Answer.Manager, AnswerRule.Choose(PenaltyAndCaution, BlockState.Failed));
        foreach (var less in new[] { Claims.None, Claims.Penalty, Claims.Caution })
        {
            Assert.All(Enum.GetValues<BlockState>(), block => Assert.Equal(Answer.Manager, AnswerRule.Choose(less, block)));
        }

        Assert.Equal([OutcomeKind.Monitoring, OutcomeKind.NoViolation], Enum.GetValues<OutcomeKind>().Where(kind => Content.ClaimsOf(kind) is Claims.None));
    }

    [Fact]
    public void Whatever_is_chosen_says_nothing_that_is_not_proved()
    {
        foreach (var outcome in Enum.GetValues<OutcomeKind>())
        {
            foreach (var block in Enum.GetValues<BlockState>())
            {
                var proves = Content.ClaimsOf(outcome);
                if (AnswerRule.Choose(proves, block) is var answer and (Answer.ScriptText or Answer.WithoutBlock))
                {
                    Assert.Equal(Claims.None, Content.TemplateFor(answer).Claims & ~AnswerRule.Proven(proves, block));
                }
            }
        }
    }
}
