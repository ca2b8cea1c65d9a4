import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evalhub', '0007_breakdowns_and_ratings'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='gate_outcome',
            field=models.CharField(blank=True, default='', help_text='of a done campaign with a gate, so that lists can filter', max_length=10),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['workspace', 'name', '-created_at'], name='campaign_newest_of_name'),
        ),
        migrations.CreateModel(
            name='CampaignTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='evalhub.campaign')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddConstraint(
            model_name='campaigntag',
            constraint=models.UniqueConstraint(fields=('name', 'campaign'), name='campaign_tag_unique'),
        ),
    ]
